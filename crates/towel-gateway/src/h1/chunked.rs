//! The chunked transfer coding, read strictly: CRLF only, no signs, bounded extensions and trailers.

use std::fmt::Write;

use bytes::{Buf, BytesMut};

/// Bytes that extensions and trailers of one body may have together.
const OVERHEAD_LIMIT: usize = 16 * 1024;

/// Where in a chunked body the reader stands.
#[derive(Debug, Clone)]
pub(crate) struct Chunks {
    state: State,
    /// Of the chunk whose head is being read.
    size: u64,
    overhead: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Size(u8),
    Extension,
    SizeLf,
    Data(u64),
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    LastLf,
    Done,
}

/// The body is not what the coding allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the chunked body is malformed")]
pub(crate) struct Malformed;

impl Default for Chunks {
    fn default() -> Self {
        Self { state: State::Size(0), size: 0, overhead: 0 }
    }
}

impl Chunks {
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Decodes from `buf`, giving data to `sink`; stops at the end of the body or when
    /// `room` bytes were given.
    pub(crate) fn decode(
        &mut self,
        buf: &mut BytesMut,
        room: usize,
        mut sink: impl FnMut(&[u8]),
    ) -> Result<(), Malformed> {
        let mut room = room;
        while !buf.is_empty() && !self.is_done() && room > 0 {
            if let State::Data(left) = self.state {
                let take = usize::try_from(left).unwrap_or(usize::MAX).min(buf.len()).min(room);
                sink(&buf[..take]);
                buf.advance(take);
                room -= take;
                let left = left - take as u64;
                self.state = if left == 0 { State::DataCr } else { State::Data(left) };
            } else {
                let byte = buf[0];
                buf.advance(1);
                self.state = self.step(byte)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<State, Malformed> {
        match (self.state, byte) {
            // Sixteen digits are 64 bits; nobody means more.
            (State::Size(digits @ 0..16), b) if b.is_ascii_hexdigit() => {
                let digit = char::from(b).to_digit(16).ok_or(Malformed)?;
                self.size = self.size << 4 | u64::from(digit);
                Ok(State::Size(digits + 1))
            }
            (State::Size(1..), b'\r') | (State::Extension, b'\r') => Ok(State::SizeLf),
            (State::Size(1..), b';') => self.over(State::Extension),
            (State::Extension, b) if is_text(b) => self.over(State::Extension),
            (State::SizeLf, b'\n') => Ok(self.begin_chunk()),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => Ok(State::Size(0)),
            (State::TrailerStart, b'\r') => Ok(State::LastLf),
            (State::TrailerStart | State::Trailer, b) if is_text(b) => self.over(State::Trailer),
            (State::Trailer, b'\r') => Ok(State::TrailerLf),
            (State::TrailerLf, b'\n') => Ok(State::TrailerStart),
            (State::LastLf, b'\n') => Ok(State::Done),
            _ => Err(Malformed),
        }
    }

    fn begin_chunk(&mut self) -> State {
        match std::mem::take(&mut self.size) {
            0 => State::TrailerStart,
            size => State::Data(size),
        }
    }

    fn over(&mut self, next: State) -> Result<State, Malformed> {
        self.overhead += 1;
        if self.overhead > OVERHEAD_LIMIT { Err(Malformed) } else { Ok(next) }
    }
}

/// Appends data as one chunk; empty data would be the end.
pub(crate) fn write_chunk(data: &[u8], out: &mut BytesMut) {
    if data.is_empty() {
        return;
    }
    out.reserve(data.len() + 20);
    write!(out, "{:x}\r\n", data.len()).expect("a buffer takes everything");
    out.extend_from_slice(data);
    out.extend_from_slice(b"\r\n");
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= 0x20 && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(parts: &[&[u8]]) -> Result<(Vec<u8>, bool, usize), Malformed> {
        let (mut chunks, mut data, mut buf) = (Chunks::default(), Vec::new(), BytesMut::new());
        for part in parts {
            buf.extend_from_slice(part);
            chunks.decode(&mut buf, usize::MAX, |d| data.extend_from_slice(d))?;
        }
        Ok((data, chunks.is_done(), buf.len()))
    }

    #[test]
    fn a_body_is_read_however_it_is_cut() {
        let body = b"4;ext=1\r\nWiki\r\n0A\r\npedia in..\r\n0\r\nTrailer: x\r\n\r\nGET /";
        for cut in 0..body.len() {
            let read = decode(&[&body[..cut], &body[cut..]]).unwrap();
            assert_eq!(read, (b"Wikipedia in..".to_vec(), true, 5), "cut at {cut}");
        }
    }

    #[test]
    fn what_others_may_read_differently_is_malformed() {
        for body in [
            "4\nWiki\r\n0\r\n\r\n",
            "+4\r\nWiki\r\n",
            "0x4\r\nWiki\r\n",
            " 4\r\nWiki\r\n",
            "4 \r\nWiki\r\n",
            "\r\n",
            ";a\r\n",
            "4\r\nWikiX\r\n",
            "4\r\nWiki\n0\r\n\r\n",
            "4\rXWiki",
            "4;a\nb\r\nWiki\r\n",
            "11111111111111111\r\n",
            "0\r\nA: b\n\r\n",
        ] {
            assert_eq!(decode(&[body.as_bytes()]), Err(Malformed), "{body:?}");
        }
    }

    #[test]
    fn endless_extensions_and_trailers_are_malformed() {
        let long = "x".repeat(OVERHEAD_LIMIT + 1);
        assert_eq!(decode(&[format!("1;{long}").as_bytes()]), Err(Malformed));
        assert_eq!(decode(&[format!("0\r\n{long}").as_bytes()]), Err(Malformed));
    }
}
