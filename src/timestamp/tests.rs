//! Whole lines of real systems, and lines without a timestamp.

mod properties;

use jiff::civil::date;
use jiff::tz::{TimeZone, offset};

use super::TimestampReader;

/// A reader at noon, eight hours east of UTC.
fn reader() -> TimestampReader {
    TimestampReader::new(
        &date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::fixed(offset(8)))
            .expect("a fixed zone has every time"),
    )
}

fn read(line: impl AsRef<[u8]>) -> Option<String> {
    reader().read(line.as_ref()).map(|timestamp| timestamp.to_string())
}

#[test]
fn the_timestamps_of_real_lines_are_read() {
    let second = "2026-11-24 10:00:00.000";
    let milli = "2026-11-24 10:00:00.123";
    let rows = [
        // The SDK and the systems it runs on.
        ("[I][2026-11-24 +8.0 10:00:00.123][7325, 7325*][tag][login.cpp, DoLogin, 128][x", milli),
        (
            "TIM: 2026-11-24 10:00:00.123/E/22008-22113     /Msg         \
             -session_task.cpp.83  Decode  /reg push failed",
            milli,
        ),
        (
            "TIM: 2026-11-24 10:00:00.123 I 25763-26170     |-channel.cpp:308  \
             NotifyConnectResult  |x",
            milli,
        ),
        (
            "2026-11-24 10:00:00.123|looper_logic|I|  imcore_conversation_task.cpp:2020\
             |Decode  > x",
            milli,
        ),
        ("2026-11-24 10:00:00.123 7325-7398/com.example E/imsdk: TIM: |-login.cpp:764  x", milli),
        (
            "11-24 10:00:00.123  7325  7398 E imsdk   : TIM: |-login.cpp:764  LogRequestEnd  |x",
            milli,
        ),
        ("11-24 10:00:00.123 E/imsdk   ( 7325): TIM: x", milli),
        ("E/imsdk   (15282): TIM: 2026-11-24 10:00:00.123/E/1-2 x", milli),
        ("2026-11-24 10:00:00.123456+0800 App[123:456] x", milli),
        ("2026-11-24 10:00:00.123 +0800  7325  7398 E imsdk: x", milli),
        // The Web SDK writes the time of day alone.
        ("TIM 10:00:00.123:SignController.login failed. error: {}", milli),
        ("tim-js.js:1 TIM 10:00:00.123:TIM.VERSION: 2.9.3", milli),
        ("Chat 10:00:00.123 x", milli),
        ("[LiteChat] 10:00:00.123 x", milli),
        ("%c TIM %c 10:00:00.123 x", milli),
        ("TIM 12:00:59.000:x", "2026-11-24 12:00:59.000"),
        ("TIM 14:15:21.802:x", "2026-11-23 14:15:21.802"),
        ("10:00:00.123 [main] INFO  c.e.App - x", milli),
        ("[10:00:00] [Server thread/INFO]: x", second),
        ("INFO 10:00:00,123 x", milli),
        // Servers and libraries.
        ("2026-11-24T02:00:00.123456789Z stdout F x", milli),
        ("2026-11-24T10:00:00.123+08:00 INFO x", milli),
        ("2026-11-24 10:00:00,123 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181] - x", milli),
        ("2026/11/24 10:00:00 [error] 12#12: *1 connect() failed", second),
        ("2026/11/24 10:00:00.123456 main.go:7: x", milli),
        ("[2026-11-24 10:00:00,123: INFO/MainProcess] x", milli),
        ("[2026-11-24T02:00:00Z INFO  app] x", second),
        ("[INFO] 2026-11-24 10:00:00 x", second),
        ("[INFO 2026-11-24 10:00:00] x", second),
        ("INFO  2026-11-24 10:00:00,123 [main] x", milli),
        ("INFO|2026-11-24 10:00:00|x", second),
        ("I, [2026-11-24T10:00:00.123456 #12]  INFO -- : x", milli),
        ("[main] 2026-11-24 10:00:00 x", second),
        ("I1124 10:00:00.123456   123 x.cc:12] x", milli),
        ("[123:1124/100000.123456:ERROR:x.cc(1)] x", milli),
        ("[I 261124 10:00:00 web:23] x", second),
        ("Nov 24 10:00:00 host sshd[1]: x", second),
        ("<34>Nov 24 10:00:00 host su: x", second),
        ("<34>1 2026-11-24T02:00:00.123Z host app 123 ID47 - x", milli),
        ("[Tue Nov 24 10:00:00.123456 2026] [core:error] [pid 1:tid 2] x", milli),
        ("[Tue Nov 24 10:00:00 2026] [notice] x", second),
        ("192.0.2.10 - - [24/Nov/2026:10:00:00 +0800] \"GET / HTTP/1.1\" 200 1", second),
        ("2001:db8::1 - alice smith [24/Nov/2026:02:00:00 +0000] \"GET / HTTP/1.1\"", second),
        ("1234:M 24 Nov 2026 10:00:00.123 * x", milli),
        ("[1234] 24 Nov 10:00:00.123 * x", milli),
        ("24-Nov-2026 10:00:00.123 INFO [main] x", milli),
        ("Nov 24, 2026 10:00:00 AM com.example.App x", second),
        ("# Time: 2026-11-24T02:00:00.123456Z", milli),
        ("nova-api.log.1.2017-05-16_13:53:08 2026-11-24 10:00:00.123 25746 INFO x", milli),
        ("web-1  | 2026-11-24T02:00:00.123Z x", milli),
        ("web    | time=2026-11-24T02:00:00.123Z x", milli),
        ("web    | {\"time\":\"2026-11-24T02:00:00.123Z\"}", milli),
        ("[pod/web-1/app] 2026-11-24T02:00:00.123Z x", milli),
        ("\x1b[32m2026-11-24 10:00:00\x1b[0m INFO x", second),
        ("\x1b[1;31mERROR\x1b[0m [2026-11-24 10:00:00] x", second),
        ("  2026-11-24 10:00:00 x", second),
        ("\"2026-11-24 10:00:00\",\"x\"", second),
        ("info,2026-11-24 10:00:00,x", second),
        ("--- 2026-11-24 10:00:00 ---", second),
        ("2026-11-24 10:00:00", second),
        // Chinese text follows without a blank.
        ("【2026-11-24 10:00:00】登录失败", second),
        ("2026-11-24 10:00:00登录失败", second),
        ("\u{feff}2026-11-24 10:00:00，登录失败", second),
        // Counts of seconds, and keys.
        ("1795485600123 login failed", milli),
        ("1795485600.123  7325  7398 E imsdk: x", milli),
        ("[1795485600] SERVICE ALERT: x", second),
        ("{\"ts\":1795485600.123,\"msg\":\"x\"}", milli),
        ("{\"level\":\"info\",\"msg\":\"x\",\"timestamp\":1795485600123}", milli),
        (
            "{\"log\":\"2020-01-01 00:00:00 x\\n\",\"stream\":\"stdout\",\
             \"time\":\"2026-11-24T02:00:00.123456789Z\"}",
            milli,
        ),
        ("\"EventTime\":\"1795485600123\"", milli),
        ("time=2026-11-24T10:00:00.123+08:00 level=INFO msg=x", milli),
        ("level=info ts=1795485600.123 caller=x", milli),
        ("time:2026-11-24T10:00:00+08:00\thost:192.0.2.10", second),
        ("timestamp: 1795485600", second),
    ];
    for (line, wanted) in rows {
        assert_eq!(read(line).as_deref(), Some(wanted), "{line:?}");
    }
}

#[test]
fn numbers_and_dates_in_messages_are_not_timestamps() {
    let rows = [
        "",
        " ",
        "login failed, code: 6206, desc: expired",
        "failure, code:6206, desc:userSig expired",
        "onDisconnected->错误码：9508,原因：x",
        "发送失败 2026-11-24 10:00:00",
        "E/imsdk   (15282): TIM: |-channel.cpp:338   NotifyConnectResult   \
         |server address:192.0.2.10:443(tcp)|error_code:0",
        "order 17 of 2026-11-24 10:00:00 failed",
        "created at 2026-11-24 10:00:00",
        "INFO user created at 2026-11-24 10:00:00",
        "[main] token expires 2026-11-24 10:00:00",
        "Expires: Thu, 01 Dec 1994 16:00:00 GMT",
        "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT",
        "expire_time: 2026-11-24 10:00:00",
        "expire_time=2026-11-24T10:00:00Z x",
        "server_time:1773391853|x",
        "{\"user\":{\"time\":\"2026-11-24T10:00:00Z\"},\"expires\":1795485600}",
        "GET /x?ts=1795485600123&t=1795485600 HTTP/1.1",
        "login failed {\"time\":\"2026-11-24T10:00:00Z\"}",
        "8.0.5906",
        "SDK Version: 8.8.7357",
        "192.0.2.10:443 connected",
        "13800138000 called",
        "1400123456 login failed",
        "1600123456 login failed",
        "70001 1795485600123 x",
        "1795485600",
        "17954856001 x",
        "4102444800 x",
        "0012345678 x",
        "10:00 x",
        "1:2:3 x",
        "00:12:34:56 x",
        "10:00:5e:00:53:af x",
        "job-7 00:12:34 left",
        "[download] 00:12:34 left",
        "2026-13-01 10:00:00 x",
        "2026-02-30 10:00:00 x",
        "2026-11-24 x",
        "2026-11-24 25:00:00 x",
        "02-30 10:00:00.123  1  2 E x",
        "11-24 10:00:00 x",
        "17/06/09 20:10:40 INFO x",
        "081109 203615 148 INFO x",
        "11/24/2026 10:00:00 x",
        "10:00:00Z",
        "2026-11-24 10:00:00x",
        "[[[[[[[[[[[[2026-11-24 10:00:00",
        "[unclosed 2026-11-24 10:00:00",
        "\x1b[31",
        "May 24 users joined",
    ];
    for line in rows {
        assert_eq!(read(line), None, "{line:?}");
    }
}

#[test]
fn hostile_lines_are_handled() {
    let rows: [(Vec<u8>, Option<&str>); 10] = [
        (b"2026-11-24 10:00:00 \xff\xfe\0".to_vec(), Some("2026-11-24 10:00:00.000")),
        (b"2026-11-24 10:00:00\xff".to_vec(), Some("2026-11-24 10:00:00.000")),
        (b"\xff2026-11-24 10:00:00".to_vec(), None),
        (b"\x002026-11-24 10:00:00".to_vec(), None),
        (b"2026-11-24 \x0010:00:00".to_vec(), None),
        (
            [b"2026-11-24 10:00:00 ".to_vec(), vec![b'x'; 1 << 20]].concat(),
            Some("2026-11-24 10:00:00.000"),
        ),
        (
            [vec![b' '; 159], b"2026-11-24 10:00:00 x".to_vec()].concat(),
            Some("2026-11-24 10:00:00.000"),
        ),
        ([vec![b' '; 160], b"2026-11-24 10:00:00 x".to_vec()].concat(), None),
        ([b"2026-11-24 10:00:00.".to_vec(), vec![b'1'; 1 << 20]].concat(), None),
        ([b"{\"time\"".to_vec(), vec![b' '; 1 << 20]].concat(), None),
    ];
    for (line, wanted) in rows {
        assert_eq!(
            read(&line).as_deref(),
            wanted,
            "{:?}",
            String::from_utf8_lossy(&line[..line.len().min(40)])
        );
    }
    for byte in 0..=u8::MAX {
        assert_eq!(read(vec![byte; 1 << 20]), None, "{byte}");
    }
}

#[test]
fn the_latest_year_that_is_not_ahead_is_taken() {
    let rows = [
        ("11-25 11:59:59.999 x", "2026-11-25 11:59:59.999"),
        ("11-25 12:00:00.001 x", "2025-11-25 12:00:00.001"),
        ("Dec 31 23:59:59 host x", "2025-12-31 23:59:59.000"),
        ("Feb 29 10:00:00 host x", "2024-02-29 10:00:00.000"),
    ];
    for (line, wanted) in rows {
        assert_eq!(read(line).as_deref(), Some(wanted), "{line}");
    }
    let new_year = TimestampReader::new(
        &date(2026, 12, 31)
            .at(23, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time"),
    );
    assert_eq!(
        new_year.read(b"Jan  1 00:00:00 x").map(|timestamp| timestamp.to_datetime().year()),
        Some(2027)
    );
    let after_1900 = TimestampReader::new(
        &date(2103, 6, 1)
            .at(0, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time"),
    );
    assert_eq!(
        after_1900.read(b"Feb 29 00:00:00 x").map(|timestamp| timestamp.to_datetime().year()),
        Some(2096)
    );
}

#[test]
fn offsets_follow_daylight_saving_time() {
    // The clocks of Berlin go forward at 01:00 UTC on 2026-03-29 and back at 01:00 UTC on
    // 2026-10-25.
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("this is a POSIX zone");
    let reader = TimestampReader::new(
        &date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(zone).expect("noon comes once"),
    );
    let rows = [
        ("2026-03-29T00:59:59Z x", "2026-03-29 01:59:59.000"),
        ("2026-03-29T01:00:00Z x", "2026-03-29 03:00:00.000"),
        ("2026-10-25T00:30:00Z x", "2026-10-25 02:30:00.000"),
        ("2026-10-25T01:30:00Z x", "2026-10-25 02:30:00.000"),
        ("2026-10-25T02:30:00+08:00 x", "2026-10-24 20:30:00.000"),
        ("1795485600 x", "2026-11-24 03:00:00.000"),
        ("2026-03-29 02:30:00 x", "2026-03-29 02:30:00.000"),
    ];
    for (line, wanted) in rows {
        assert_eq!(
            reader.read(line.as_bytes()).map(|timestamp| timestamp.to_string()).as_deref(),
            Some(wanted),
            "{line}"
        );
    }
}

#[test]
fn times_before_2001_are_ignored() {
    let rows = [
        ("1970-01-01 00:00:05.123 E/imsdk: x", None),
        ("1970-01-01T00:00:00Z ERROR x", None),
        ("{\"time\":\"1970-01-01T08:00:00+08:00\",\"msg\":\"x\"}", None),
        ("ts=0 level=error msg=x", None),
        ("Thu Jan  1 00:00:07 1970 x", None),
        ("1980-01-06 00:00:00 E x", None),
        ("2000-01-01 00:00:12.000 E x", None),
        ("2000-12-31 23:59:59.999 E x", None),
        ("2001-01-01 00:00:00.000 E x", Some("2001-01-01 00:00:00.000")),
    ];
    for (line, wanted) in rows {
        assert_eq!(read(line).as_deref(), wanted, "{line}");
    }
}
