//! How documents name files: relative paths as they are, absolute ones as `file:` URIs.

use std::fmt::Write;

/// The path of a file with `/` between its parts and without `./` before it.
pub(crate) fn relative_path(name: &str) -> String {
    relative_path_on(name, cfg!(windows))
}

/// The file as a URI reference, percent-encoded: relative for a relative path.
pub(crate) fn uri(name: &str) -> String {
    uri_on(name, cfg!(windows))
}

fn relative_path_on(name: &str, is_windows: bool) -> String {
    // On other systems a backslash is a letter like any other.
    let name = if is_windows { name.replace('\\', "/") } else { name.to_string() };
    let mut rest = name.as_str();
    while let Some(behind) = rest.strip_prefix("./") {
        rest = behind.trim_start_matches('/');
    }
    rest.to_string()
}

fn uri_on(name: &str, is_windows: bool) -> String {
    let path = relative_path_on(name, is_windows);
    match path.split_at_checked(2) {
        Some((drive, rest)) if is_windows && has_drive(drive) => {
            format!("file:///{drive}{}", encoded(rest))
        }
        // `//server/share` of Windows: the server is the authority of the URI.
        Some(("//", rest)) if is_windows => format!("file://{}", encoded(rest)),
        _ if path.starts_with('/') => format!("file:///{}", encoded(path.trim_start_matches('/'))),
        _ => encoded(&path),
    }
}

fn has_drive(start: &str) -> bool {
    matches!(start.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// Every byte but `/` and the unreserved ones of RFC 3986 as `%XX`. A colon too, so that no path is
/// taken for a scheme.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            _ => write!(encoded, "%{byte:02X}").expect("a String takes all text"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let rows = [
            ("app.log", "app.log"),
            ("./logs/app.log", "logs/app.log"),
            (".//./app.log", "app.log"),
            ("../app.log", "../app.log"),
            ("stdin", "stdin"),
            ("./stdin", "stdin"),
            ("/var/log/a b.log", "file:///var/log/a%20b.log"),
            ("//var/log/app.log", "file:///var/log/app.log"),
            ("100%.log", "100%25.log"),
            ("javascript:x", "javascript%3Ax"),
            ("C:\\app.log", "C%3A%5Capp.log"),
            ("a?b#c[d].log", "a%3Fb%23c%5Bd%5D.log"),
            ("日志.log", "%E6%97%A5%E5%BF%97.log"),
            ("a\n::error::\u{202e}\"'\0", "a%0A%3A%3Aerror%3A%3A%E2%80%AE%22%27%00"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name, false), wanted, "{name:?}");
        }
    }

    #[test]
    fn windows_has_drives_servers_and_backslashes() {
        let rows = [
            ("logs\\app.log", "logs/app.log"),
            (".\\logs\\app.log", "logs/app.log"),
            ("C:\\logs\\a b.log", "file:///C:/logs/a%20b.log"),
            ("\\\\server\\share\\app.log", "file://server/share/app.log"),
            ("\\logs\\app.log", "file:///logs/app.log"),
            ("日", "%E6%97%A5"),
        ];
        for (name, wanted) in rows {
            assert_eq!(uri_on(name, true), wanted, "{name:?}");
        }
    }

    #[test]
    fn plain_paths_keep_their_characters() {
        let rows = [("./日 志.log", "日 志.log"), ("/var/log/a.log", "/var/log/a.log")];
        for (name, wanted) in rows {
            assert_eq!(relative_path_on(name, false), wanted, "{name:?}");
        }
    }
}
