//! The part of the Redis protocol that the pizzeria needs: commands out, replies in.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Longest reply that is taken; an order is a few hundred bytes.
const LONGEST: usize = 1 << 20;

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// A status or a text.
    Text(String),
    /// An integer.
    Number(i64),
    /// Several replies.
    List(Vec<Reply>),
    /// Nothing there.
    Nothing,
    /// The server refused the command.
    Refused(String),
}

/// A command as an array of bulk strings.
pub(super) fn encode(words: &[&str]) -> Vec<u8> {
    let mut command = format!("*{}\r\n", words.len());
    for word in words {
        command.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    command.into_bytes()
}

/// Reads one reply.
pub(super) async fn read<R: AsyncBufRead + Unpin + Send>(from: &mut R) -> io::Result<Reply> {
    let mut line = String::new();
    if from.take(LONGEST as u64).read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.trim_end();
    let (kind, rest) = line.split_at_checked(1).ok_or_else(|| odd(line))?;
    match kind {
        "+" => Ok(Reply::Text(rest.to_owned())),
        "-" => Ok(Reply::Refused(rest.to_owned())),
        ":" => Ok(Reply::Number(rest.parse().map_err(|_not_a_number| odd(line))?)),
        "$" => bulk(from, length(rest, line)?).await,
        "*" => list(from, length(rest, line)?).await,
        _ => Err(odd(line)),
    }
}

fn length(text: &str, line: &str) -> io::Result<Option<usize>> {
    match text.parse::<i64>() {
        Ok(-1) => Ok(None),
        Ok(length) => {
            Ok(Some(usize::try_from(length).ok().filter(|length| *length <= LONGEST).ok_or_else(|| odd(line))?))
        }
        Err(_not_a_number) => Err(odd(line)),
    }
}

async fn bulk<R: AsyncBufRead + Unpin + Send>(from: &mut R, length: Option<usize>) -> io::Result<Reply> {
    let Some(length) = length else { return Ok(Reply::Nothing) };
    let mut bytes = vec![0; length + 2];
    from.read_exact(&mut bytes).await?;
    bytes.truncate(length);
    Ok(Reply::Text(String::from_utf8(bytes).map_err(|error| odd(&error.to_string()))?))
}

async fn list<R: AsyncBufRead + Unpin + Send>(from: &mut R, length: Option<usize>) -> io::Result<Reply> {
    let Some(length) = length else { return Ok(Reply::Nothing) };
    let mut replies = Vec::new();
    for _ in 0..length {
        replies.push(Box::pin(read(from)).await?);
    }
    Ok(Reply::List(replies))
}

fn odd(line: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not a reply that Redis would give: `{line}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(bytes: &str, expected: Reply) {
        assert_eq!(read(&mut bytes.as_bytes()).await.unwrap(), expected);
    }

    #[tokio::test]
    async fn every_kind_of_reply_is_read() {
        check("+OK\r\n", Reply::Text("OK".to_owned())).await;
        check("-ERR no\r\n", Reply::Refused("ERR no".to_owned())).await;
        check(":-3\r\n", Reply::Number(-3)).await;
        check("$4\r\na\r\nb\r\n", Reply::Text("a\r\nb".to_owned())).await;
        check("$-1\r\n", Reply::Nothing).await;
        check("*2\r\n:1\r\n$1\r\nx\r\n", Reply::List(vec![Reply::Number(1), Reply::Text("x".to_owned())])).await;
    }

    #[tokio::test]
    async fn what_is_no_reply_is_an_error() {
        for bytes in ["", "\r\n", "HTTP/1.1 400\r\n", ":x\r\n", "$99999999999\r\n", "$5\r\nab"] {
            assert!(read(&mut bytes.as_bytes()).await.is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn commands_carry_the_length_in_bytes() {
        assert_eq!(encode(&["SET", "k", "ü"]), "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nü\r\n".as_bytes());
    }
}
