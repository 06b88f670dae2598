//! What queries find.

use std::sync::LazyLock;

use super::score::{Fit, SearchedWord, Text};
use crate::{Catalog, testutil};

/// Read once: there are many queries.
static CATALOG: LazyLock<Catalog> = LazyLock::new(testutil::catalog);

fn codes(words: &[&str]) -> Vec<i64> {
    CATALOG.search(words).iter().map(|entry| entry.codes.first).collect()
}

#[test]
fn a_whole_code_or_name_comes_first() {
    assert_eq!(codes(&["6206"])[0], 6206);
    assert_eq!(codes(&["err_user_sig_expired"])[0], 6206);
}

#[test]
fn most_words_must_occur() {
    let rows: [(&[&str], &[&str]); 6] = [
        (&["usersig", "expired", "zebra"], &["usersig", "expired"]),
        (&["cannot", "send", "the", "message"], &["cannot send message"]),
        (&["How to fix: usersig expired?"], &["usersig", "expired"]),
        (&["xylophone"], &[]),
        (&["usersig", "xylophone", "zebra"], &[]),
        (&["dns", "huawei", "heartbeat"], &[]),
    ];
    for (words, same) in rows {
        let [mut found, mut wanted] = [words, same].map(codes);
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{words:?}");
    }
    assert_eq!(codes(&["blocked", "the", "sender"]), [20007]);
    let found = codes(&["UserSig", "expired"]);
    assert!(found.starts_with(&[70001, 6206]), "{found:?}");
}

/// Queries in Chinese, as people type them, and the codes they mean.
const CHINESE: [(&str, &[i64]); 97] = [
    ("群已解散", &[10_010]),
    ("签名过期", &[6206, 70_001]),
    ("签名错误", &[70_003, 70_005, 70_009, 70_236]),
    ("黑名单", &[20_007, 30_525, 70_051, 30_515]),
    ("频率限制", &[60_011, 60_018, 60_019, 60_007, 7008, -10_113, -20_009, 10_006]),
    ("被踢下线", &[6208, 1002, 3002, 3003, 3006]),
    ("群不存在", &[10_010, 10_015]),
    ("没有权限", &[10_007, 40_007, 40_008]),
    ("用户不存在", &[70_107, 20_003, 40_003, 30_003, 10_019]),
    ("消息撤回", &[10_041, 20_016, 10_031, 20_023, 20_022, 10_032, 10_033]),
    ("撤回超时", &[10_031, 20_016]),
    ("禁言", &[10_017, 20_012]),
    ("用户被禁言了怎么办", &[10_017, 20_012]),
    ("敏感词", &[80_001, 40_005, 7015, 80_004, 3123]),
    ("群人数上限", &[10_014, 10_038, 8507, 10_037]),
    ("群满员", &[10_014]),
    ("密钥错误", &[70_009]),
    ("网络超时", &[9525, 9523, 9524, 9510, 9520]),
    ("未登录", &[6014, 2024]),
    ("好友上限", &[30_010, 30_014, 30_011]),
    ("消息过长", &[8001, 80_002, 90_055]),
    ("群主不能退群", &[10_009]),
    ("已经是群成员", &[10_013]),
    ("不在群里", &[2623]),
    ("登录票据过期", &[-10_003, 70_001, 6206, 70_347]),
    ("套餐到期", &[80_005, 60_020]),
    ("账号欠费", &[80_005, -10_108]),
    ("请求超时", &[60_008, 60_014, 9520, 9524, 9518, 9519]),
    ("上传失败", &[6008, 2400, 2250, 6006, 2350]),
    ("离线推送证书", &[22_001, -197]),
    ("SDK未初始化", &[6013]),
    ("UserID不存在", &[70_107, 20_003, 10_019, 30_003]),
    ("参数错误", &[6017, 10_004]),
    ("发送频率过快", &[90_057, -10_113, 10_023]),
    ("对方拉黑", &[20_007, 30_525]),
    ("不是好友", &[20_009, 20_010, 20_011]),
    ("加好友被拒绝", &[30_525, 30_516]),
    ("userSig过期", &[6206, 70_001]),
    ("互踢", &[6208, 3002, 1002, 3003]),
    ("好友已满", &[30_010, 30_014]),
    ("文件过大", &[7005, 114_002, 2402]),
    ("断网", &[9523, 9508, 9524, 9525, 2805, -10_102]),
    ("发不出消息", &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009]),
    (
        "消息发送失败",
        &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009, 9519, 80_003],
    ),
    ("登录失败", &[6206, 70_001, 7507, 7508, 7503, 2021, 70_003, 70_051, 70_114, 70_402]),
    ("登录不上", &[6206, 70_001, 7507, 7508, 7503, 6014, 70_051, 70_114]),
    ("收不到推送", &[22_001]),
    ("群满了加不进去", &[10_014]),
    ("被对方拉黑了", &[20_007, 30_525]),
    ("加不了好友", &[30_516, 30_525, 30_010, 30_014, 30_009, 30_540, 30_012]),
    ("撤回失败", &[20_016, 10_031, 2110, 10_032, 20_022, 10_030]),
    ("图片发送失败", &[6008, 2250, 4003, 4004, 6031, 80_004, 8003]),
    ("图片太大", &[2253, 7005]),
    ("账号在别处登录", &[6208, 3002, 1002, 3003]),
    ("心跳", &[-10_001]),
    ("连不上服务器", &[9508, 9510, 9511, 9516, 9512, -302, 9517]),
    ("没网", &[9508, 2805, -10_102]),
    ("发消息太快", &[10_023, 90_057, -10_113]),
    ("UserSig校验失败", &[70_003, 70_009, 70_004, 70_005, 70_010]),
    ("SDKAppID错误", &[60_006, 70_014, 70_020, 800_002, 60_012, 30_002]),
    ("只有管理员可以", &[10_007, 30_004, 40_004, 50_003, 60_010]),
    ("套餐不支持", &[60_020, 7013, 10_059, 3122]),
    ("账号数量上限", &[70_398]),
    ("群ID已被使用", &[10_021]),
    ("自动登录失败", &[6226]),
    ("回调超时", &[80_003]),
    ("JSON格式错误", &[60_003, 6027, 90_001, 10_011, 90_010]),
    ("重复登录", &[7501, 2025]),
    ("内存不足", &[6028]),
    ("数据库错误", &[6019, 7010, 6005]),
    ("域名解析失败", &[9516]),
    ("消息不存在", &[20_026, 10_030, 20_022, 8020]),
    ("被封号", &[70_051, -10_110, 10_017, 20_012, 30_009]),
    ("账号被封", &[70_051, -10_110, 10_017, 20_012, 30_009]),
    ("发送太频繁被限制", &[90_057, 10_023, -10_113]),
    ("语音发送失败", &[6008, 2300]),
    ("群成员上限", &[10_014, 10_038, 8507]),
    ("管理员账号", &[60_010, 90_009]),
    ("昵称含敏感词", &[40_005, 80_001]),
    ("视频上传失败", &[2350, 6008]),
    ("请求包太大", &[9522, 90_056, 93_000, 80_002]),
    ("群名称太长", &[8502]),
    ("群公告太长", &[8504]),
    ("语音转文字失败", &[2118, 2119]),
    ("密钥不对", &[70_009]),
    ("服务器过载", &[60_022, -10_114]),
    ("体验版限制", &[10_058, 72_000, 60_028, 22_007]),
    ("登录被踢", &[6208, 3002, 3003, 3006, 1002]),
    ("没有加入群", &[2101, 2642, 2623, 10_007]),
    ("接收方不存在", &[20_003, 90_012, 6032]),
    ("设备没网", &[9508, 2805]),
    ("token为空", &[22_003, 800_009, 70_002, 2003]),
    ("好友申请待处理", &[30_012, 30_539]),
    ("每秒一次", &[8513, 8514, 90_051]),
    ("信令邀请不存在", &[8010]),
    ("社群没开通", &[11_000]),
    ("版本太旧", &[70_404, 131_005]),
];

/// Queries in English, as people type them, and the codes they mean.
const ENGLISH: [(&str, &[i64]); 92] = [
    ("rate limit", &[60_011, 60_018, 60_019, 60_007, 7008, -10_113, -20_009, 10_006]),
    ("too many requests", &[60_011, 60_018, 60_019, 60_007, 7008, -10_113, -20_009, 10_006]),
    ("expired", &[6206, 70_001]),
    ("blocked user", &[20_007, 30_515, 30_525]),
    ("not logged in", &[6014, 2024]),
    ("kicked offline", &[6208, 1002, 3002, 3003, 3006]),
    ("group not found", &[10_010, 10_015]),
    ("no permission", &[10_007, 40_007, 40_008]),
    ("muted", &[10_017, 20_012]),
    ("blocked the sender", &[20_007]),
    ("blocked", &[20_007, 30_525]),
    ("blocklist", &[20_007, 30_525, 70_051, 30_515]),
    ("mute", &[10_017, 20_012]),
    ("message too long", &[8001, 80_002]),
    ("dirty words", &[80_001, 40_005, 7015, 80_004, 3123]),
    ("sensitive words", &[80_001, 40_005, 7015, 80_004, 3123]),
    ("profanity", &[80_001, 40_005, 7015, 80_004, 3123]),
    ("throttled", &[60_011, 60_018, 60_019, 60_007, 7008, -10_113, -20_009, 10_006]),
    ("quota", &[72_000, 72_002]),
    ("timed out", &[9518, 9519, 9523, 9510, 9520, 9525, 9524, 9521]),
    ("kicked", &[6208, 1002, 3002, 3003, 3006]),
    ("logged in elsewhere", &[6208, 3002, 1002, 3003]),
    ("silenced", &[10_017, 20_012]),
    ("blacklisted", &[20_007, 30_525, 70_051, -10_110, 30_515]),
    ("permission denied", &[10_007, 40_007, 40_008]),
    ("revoke", &[10_041, 20_016, 10_031, 20_023, 20_022, 10_030, 10_032, 10_033]),
    ("user sig expired", &[6206, 70_001]),
    ("token expired", &[6206, 70_001]),
    ("user banned", &[10_017, 20_012, 70_051, 2686]),
    ("heartbeat", &[-10_001]),
    ("cant send message", &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009]),
    ("can't send messages", &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009]),
    ("message not sent", &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009, 9519]),
    (
        "send failed",
        &[
            80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009, 9519, 9501, 9504,
            9503, 9523,
        ],
    ),
    ("login failed", &[3001, 6206, 70_001, 7507, 7508, 7503, 2021, 70_003, 70_051, 70_114, 70_402]),
    ("cannot log in", &[6206, 70_001, 7507, 7508, 7503, 6014, 70_051, 70_114]),
    ("cannot connect to server", &[9508, 9510, 9511, 9516, 9512, -302, 9517]),
    ("no internet", &[9508, 2805, -10_102]),
    ("no network connection", &[9508, 2805, -10_102]),
    ("dns", &[9516]),
    ("group is full", &[10_014]),
    ("group does not exist", &[10_010, 10_015]),
    ("user not in group", &[2623]),
    ("friend request rejected", &[30_516, 30_525, 30_012]),
    ("add friend failed", &[30_516, 30_525, 30_010, 30_014, 30_009, 30_540, 30_012]),
    ("not friends", &[20_009, 20_010, 20_011]),
    ("image too large", &[2253, 7005]),
    ("file too big", &[7005, 114_002, 2402]),
    ("only admin", &[10_007, 30_004, 40_004, 50_003, 60_010, 70_403]),
    ("invalid sdkappid", &[60_006, 70_014, 70_020, 800_002, 60_012, 30_002]),
    ("wrong secret key", &[70_009]),
    ("user does not exist", &[70_107, 20_003, 40_003, 30_003, 10_019]),
    ("rate limited", &[60_011, 60_018, 60_019, 60_007, 7008, -10_113, -20_009, 10_006]),
    ("plan does not support", &[60_020, 7013, 10_059, 3122]),
    ("already in group", &[10_013]),
    ("sdk not initialized", &[6013]),
    ("upload failed", &[6008, 2400, 2250, 6006, 2350]),
    ("recall timeout", &[10_031, 20_016]),
    ("duplicate login", &[7501, 2025]),
    ("callback timeout", &[80_003]),
    ("invalid json", &[60_003, 6027, 90_001, 10_011, 90_010]),
    ("out of memory", &[6028]),
    ("disk full", &[6022, 6019]),
    ("push not received", &[22_001]),
    ("offline push certificate", &[22_001, -197]),
    (
        "message not delivered",
        &[80_001, 20_007, 10_017, 20_012, 7015, 20_006, 8001, 2100, 20_009, 9519],
    ),
    ("content moderation", &[80_001, 80_004, 40_005, 7015]),
    ("app disabled", &[60_016, -10_112]),
    ("kicked out", &[6208, 1002, 3002, 3003, 3006]),
    ("message recalled too late", &[10_031, 20_016]),
    ("invalid usersig", &[70_003, 70_005, 70_009, 70_004, 70_052, 70_010]),
    ("database error", &[6019, 7010, 6005]),
    ("account banned", &[10_017, 20_012, 70_051, 2686]),
    ("server overloaded", &[60_022, -10_114]),
    ("group id already used", &[10_021]),
    ("how to fix usersig expired", &[6206, 70_001]),
    ("user is muted in group", &[10_017]),
    ("why was my account kicked", &[6208, 3002, 3003, 3006, 1002]),
    ("message rejected by callback", &[20_006, 10_016]),
    ("voice to text failed", &[2118, 2119]),
    ("request body too large", &[9522, 93_000, 90_056, 80_002]),
    ("group name too long", &[8502]),
    ("not the group owner", &[2681]),
    ("admin account required", &[60_010, 90_009, 30_004, 40_004, 50_003]),
    ("video upload failed", &[2350, 6008]),
    ("connection timeout", &[9510]),
    ("connection refused", &[9511]),
    ("fcm", &[-195, 800_005, 800_006]),
    ("huawei push limit", &[-203]),
    ("signaling", &[8010, 8011, 8012]),
    ("trial edition", &[10_058, 72_000, 60_028, 22_007]),
    ("ip whitelist", &[60_021]),
];

/// Of several codes, a second one must be among the first three.
#[test]
fn what_is_meant_comes_first() {
    let mut wrong = Vec::new();
    for (query, wanted) in CHINESE.into_iter().chain(ENGLISH) {
        let mut found = codes(&[query]);
        found.truncate(3);
        let first = found.first().is_some_and(|code| wanted.contains(code));
        let count = found.iter().filter(|code| wanted.contains(code)).count();
        if !first || count < wanted.len().min(2) {
            wrong.push(format!("{query}: {found:?}, not {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The weakest codes that queries mean are found; those that have a word by chance are not.
#[test]
fn weak_hits_are_left_out() {
    let rows: [(&str, &[i64], &[i64]); 6] = [
        ("banned", &[20_012, 70_051], &[10_010, 10_009, 10_007]),
        ("muted", &[2685, 70_051], &[10_010, 10_009, 10_005]),
        ("kicked offline", &[6208, 3006], &[6013, 23_007, 2710]),
        ("签名过期", &[6206, 70_052], &[9501, 3006, -198, 6123]),
        ("only admin", &[10_007], &[]),
        ("send failed", &[9501, 9504], &[]),
    ];
    for (query, wanted, left_out) in rows {
        let found = codes(&[query]);
        assert!(wanted.iter().all(|code| found.contains(code)), "{query}: {found:?}");
        assert!(!left_out.iter().any(|code| found.contains(code)), "{query}: {found:?}");
    }
}

#[test]
fn words_that_no_entry_has_are_named() {
    let rows: [(&[&str], &[&str]); 7] = [
        (&["usersig", "expired"], &[]),
        (&["UserSig Expried"], &["expried"]),
        (&["usersig", "zebra", "xylophone"], &["zebra", "xylophone"]),
        (&["userSig龘龘"], &["龘龘"]),
        (&["签名", "zebra"], &["zebra"]),
        (&["usersig", "firebase"], &[]),
        (&[" "], &[]),
    ];
    for (words, wanted) in rows {
        assert_eq!(CATALOG.words_without_entry(words), wanted, "{words:?}");
    }
}

#[test]
fn words_that_no_found_entry_has_are_named() {
    let rows: [(&[&str], &[&str]); 6] = [
        (&["usersig", "expired"], &[]),
        (&["usersig", "expired", "zebra"], &["zebra"]),
        (&["不存在的词"], &["词"]),
        (&["群已解散"], &[]),
        (&["用户被禁言了怎么办"], &[]),
        (&["黑名单苹果香蕉"], &["苹果香蕉"]),
    ];
    for (words, wanted) in rows {
        let found = CATALOG.search(words);
        assert_eq!(Catalog::words_not_found(&found, words), wanted, "{words:?}");
    }
}

#[test]
fn misspelled_words_have_similar_ones() {
    let rows = [
        ("expried", Some("expired")),
        ("Permision", Some("permission")),
        ("usersgi", Some("usersig")),
        ("blaklist", Some("blacklist")),
        ("kciked", Some("kicked")),
        ("62066", Some("6206")),
        ("err_usr_sig_expired", Some("ERR_USER_SIG_EXPIRED")),
        ("zebra", None),
        ("xylophone", None),
        ("abc", None),
        ("过旗", None),
    ];
    for (word, wanted) in rows {
        let similar = CATALOG.similar_words(word, 3);
        assert_eq!(similar.first().map(String::as_str), wanted, "{word}: {similar:?}");
    }
}

#[test]
fn chinese_text_needs_at_least_half_of_its_words() {
    assert!(!codes(&["群主不能退群"]).is_empty());
    assert!(codes(&["群公告翻译成法语的按钮颜色"]).is_empty());
    assert!(codes(&["龘龘"]).is_empty());
}

#[test]
fn words_of_another_sense_come_last() {
    let rows = [
        ("The UserSig is signed again.", "sign", Some(Fit::Form)),
        ("Sign it.", "sign", Some(Fit::Whole)),
        ("The signaling invitation is unknown.", "sign", Some(Fit::Beginning)),
        ("The role is assigned.", "sign", None),
        ("The group was disbanded.", "banned", None),
        ("The AVChatRoom is full.", "chat", Some(Fit::Inside)),
        ("The AVChatRoom is full.", "room", Some(Fit::Inside)),
        ("The AVChatRoom is full.", "hat", None),
        ("The SDKAppID is wrong.", "appid", Some(Fit::Inside)),
        ("SyncOtherMachine is no integer.", "machine", Some(Fit::Inside)),
        ("ERR_USER_SIG_EXPIRED", "sig", Some(Fit::Whole)),
        ("获取UserSig时", "usersig", Some(Fit::Whole)),
        ("签名已过期。", "签名", Some(Fit::Whole)),
        ("该话题不在权限组中。", "权限", Some(Fit::Inside)),
        ("权限组的操作者没有权限。", "权限", Some(Fit::Whole)),
        ("The UserSig expired.", "sign", None),
    ];
    for (text, word, wanted) in rows {
        let found = Fit::of(&Text::new(text), &SearchedWord::new(word, false));
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn one_argument_may_contain_several_words() {
    assert_eq!(codes(&["usersig expired"]), codes(&["usersig", "expired"]));
    assert!(codes(&[" "]).is_empty());
}
