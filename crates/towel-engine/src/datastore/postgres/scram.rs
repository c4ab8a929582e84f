//! SCRAM-SHA-256 as a client (RFC 5802, RFC 7677), just enough to log in to PostgreSQL.

use sha2::{Digest, Sha256};

/// A conversation: our nonce, and our first message without its header.
pub(crate) struct Scram {
    password: String,
    nonce: String,
}

/// Our last message, and what the server must answer to show that it knows the password, too.
pub(crate) struct Proof {
    pub(crate) message: String,
    pub(crate) server: String,
}

impl Scram {
    pub(crate) fn new(password: &str, nonce: String) -> Self {
        Self { password: password.to_owned(), nonce }
    }

    /// Our first message. PostgreSQL takes the user from its own start-up message.
    pub(crate) fn first(&self) -> String {
        format!("n,,{}", self.first_bare())
    }

    fn first_bare(&self) -> String {
        format!("n=,r={}", self.nonce)
    }

    /// Answers the server's first message; none when that is no SCRAM message, or not in answer to ours.
    pub(crate) fn answer(&self, server_first: &str) -> Option<Proof> {
        let field = |name: &str| server_first.split(',').find_map(|part| part.strip_prefix(name));
        let (nonce, salt) = (field("r=")?, decode(field("s=")?)?);
        let rounds: u32 = field("i=")?.parse().ok()?;
        if !nonce.starts_with(&self.nonce) || rounds == 0 || rounds > 1_000_000 {
            return None;
        }
        let salted = pbkdf2(self.password.as_bytes(), &salt, rounds);
        let client_key = hmac(&salted, b"Client Key");
        let without_proof = format!("c=biws,r={nonce}");
        let auth = format!("{},{server_first},{without_proof}", self.first_bare());
        let signature = hmac(&Sha256::digest(client_key), auth.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(signature).map(|(key, mask)| key ^ mask).collect();
        let server = hmac(&hmac(&salted, b"Server Key"), auth.as_bytes());
        Some(Proof {
            message: format!("{without_proof},p={}", encode(&proof)),
            server: format!("v={}", encode(&server)),
        })
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let short = Sha256::digest(key);
    let key = if key.len() > block.len() { short.as_slice() } else { key };
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

/// One block of PBKDF2 (RFC 8018), which is all that SCRAM needs.
fn pbkdf2(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut last = hmac(password, &[salt, &1_u32.to_be_bytes()].concat());
    let mut sum = last;
    for _ in 1..rounds {
        last = hmac(password, &last);
        sum.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 (RFC 4648) with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]);
            text.push(if place > chunk.len() { '=' } else { letter });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let value = |byte: &u8| LETTERS.iter().position(|letter| letter == byte).and_then(|at| u32::try_from(at).ok());
        let bits =
            chunk.iter().try_fold(0_u32, |bits, byte| Some(bits << 6 | value(byte)?))? << (6 * (4 - chunk.len()));
        bytes.extend(bits.to_be_bytes()[1..].iter().take(chunk.len() * 6 / 8));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7677_is_answered_as_there() {
        // There the user is `user`; PostgreSQL wants it left out, so the example's own keys are checked.
        let salted = pbkdf2(b"pencil", &decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap(), 4096);
        let auth = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                    s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let server = hmac(&hmac(&salted, b"Server Key"), auth.as_bytes());
        assert_eq!(encode(&server), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn an_answer_to_somebody_else_is_refused() {
        let scram = Scram::new("pencil", "ours".to_owned());
        assert_eq!(scram.first(), "n,,n=,r=ours");
        assert!(scram.answer("r=theirs,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096").is_none());
        assert!(scram.answer("r=oursandmore,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0").is_none());
        assert!(scram.answer("nonsense").is_none());
        assert!(scram.answer("r=oursandmore,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2").is_some());
    }

    #[test]
    fn base64_goes_both_ways() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            assert_eq!(decode(&encode(text.as_bytes())).unwrap(), text.as_bytes());
        }
        assert_eq!(encode(b"fooba"), "Zm9vYmE=");
        assert_eq!(decode("%%"), None);
    }
}
