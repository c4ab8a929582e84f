//! Follows WebSocket frames just enough to know where one ends (RFC 6455, section 5.2).

/// Where in a stream of frames its reader stands.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    head: [u8; 14],
    have: usize,
    /// Payload bytes of the frame that are still to come.
    left: u64,
    seen_any: bool,
}

/// What may be said at the end of a tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// 1001: this endpoint goes away.
    GoingAway,
    /// 1012: the service restarts; come back soon.
    ServiceRestart,
}

impl Frames {
    /// Follows more bytes; returns the last position in them that lies between two frames.
    pub(crate) fn follow(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut border = (self.is_between() && self.seen_any).then_some(0);
        let mut at = 0;
        while at < bytes.len() {
            if self.left > 0 {
                let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - at);
                self.left -= take as u64;
                at += take;
            } else {
                self.head[self.have] = bytes[at];
                self.have += 1;
                at += 1;
                self.finish_head();
            }
            if self.is_between() {
                self.seen_any = true;
                border = Some(at);
            }
        }
        border
    }

    /// Nothing of a frame is outstanding.
    pub(crate) fn is_between(&self) -> bool {
        self.have == 0 && self.left == 0
    }

    fn finish_head(&mut self) {
        if self.have < 2 {
            return;
        }
        let masked = self.head[1] & 0x80 != 0;
        let (length_bytes, short) = match self.head[1] & 0x7f {
            126 => (2, 0),
            127 => (8, 0),
            short => (0, u64::from(short)),
        };
        if self.have < 2 + length_bytes + if masked { 4 } else { 0 } {
            return;
        }
        let long = self.head[2..2 + length_bytes].iter().fold(0, |n, b| n << 8 | u64::from(*b));
        self.left = if length_bytes > 0 { long } else { short };
        self.have = 0;
    }
}

impl Farewell {
    /// A close frame; towards a server it is masked, with zeros.
    pub(crate) fn frame(self, to_server: bool) -> Vec<u8> {
        let (code, reason) = match self {
            Self::GoingAway => (1001u16, "going away"),
            Self::ServiceRestart => (1012, "service restart"),
        };
        let length = 2 + reason.len() as u8;
        let mut frame = vec![0x88, if to_server { 0x80 | length } else { length }];
        if to_server {
            frame.extend([0; 4]);
        }
        frame.extend(code.to_be_bytes());
        frame.extend(reason.as_bytes());
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> (Vec<u8>, Vec<usize>) {
        let mut bytes = vec![0x81, 0x05];
        bytes.extend(b"hello");
        let mut borders = vec![bytes.len()];
        bytes.extend([0x82, 0xfe, 0x01, 0x00, 1, 2, 3, 4]);
        bytes.extend([7; 256]);
        borders.push(bytes.len());
        bytes.extend([0x89, 0x00]);
        borders.push(bytes.len());
        bytes.extend([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
        bytes.extend(vec![9; 65536]);
        borders.push(bytes.len());
        (bytes, borders)
    }

    #[test]
    fn borders_are_found_however_the_bytes_arrive() {
        let (bytes, borders) = stream();
        for cut in [1, 2, 3, 6, 7, 8, 9, 12, 200, 271, 272, 273, 274, 280, 9000] {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            let mut at = 0;
            for piece in bytes.chunks(cut) {
                if let Some(border) = frames.follow(piece) {
                    found.push(at + border);
                }
                at += piece.len();
            }
            assert!(found.iter().all(|b| borders.contains(b)), "cut {cut}: {found:?}");
            assert_eq!(found.last(), borders.last(), "cut {cut}");
            assert!(frames.is_between());
        }
    }

    #[test]
    fn a_farewell_is_a_close_frame() {
        assert_eq!(Farewell::GoingAway.frame(false), b"\x88\x0c\x03\xe9going away");
        assert_eq!(Farewell::ServiceRestart.frame(true), b"\x88\x91\0\0\0\0\x03\xf4service restart");
    }
}
