//! The words of a search: synonyms and words without a meaning of their own, in both languages, and
//! traditional characters as simplified ones.

/// Words that mean the same in this catalog, in lower case, with bars between them. Each is a word
/// that people search for, or one that the texts use for it.
const SYNONYMS: [&str; 78] = [
    "usersig|user sig|user signature|token|ticket|签名|票据|凭证",
    "expired|expire|过期|失效|到期|过有效期|有效期",
    "wrong|invalid|illegal|错误|无效|非法|不合法|不对|不正确|有误|不符|不匹配|不一致|不属于|not valid|not a valid|\
     not verify|failed verification|不是有效|校验失败|验证失败|校验不通过|未通过校验",
    "login|log in|logged in|sign in|signed in|登录|登陆|登入",
    "login failed|log in failed|login fails|cannot log in|can't log in|may not log in|\
     login request|login module|login refused|登录失败|登录不上|登录不了|无法登录|不能登录|登录请求|登录模块|登录被拒绝|登录已受限|\
     usersig 已过期|usersig has expired",
    "not logged in|no user is logged in|needs login|未登录|没登录|没有登录|尚未登录|没有已登录",
    "logout|log out|sign out|signed out|登出|退出登录",
    "account|账号|帐号|账户",
    "user|用户|使用者",
    "user not found|user does not exist|user not exist|no such user|account not found|\
     unknown user|用户不存在|账号不存在|没有账号|没有这个 userid|不是该应用的用户",
    "recipient|receiver|接收方|对方",
    "sender|发送方|发送者",
    "mute|muted|silenced|shutup|gagged|禁言|禁止发言",
    "banned|ban|barred|user banned|banned user|account banned|封号|封禁|被封|muted|禁言|\
     tencent's blocklist|腾讯云拉入黑名单|腾讯云列入黑名单",
    "block|blocked|blocklist|block list|blacklist|black list|blacklisted|blocked user|\
     user blocked|黑名单|拉黑|屏蔽",
    "kicked|kicked offline|kicked off|forced offline|logged in elsewhere|another device|\
     other device|其他设备|另一台设备|别处登录|异地登录|踢下线|被踢下线|被踢|顶号|挤下线|互踢",
    "remove|kick|踢人|踢出|移除",
    "recall|withdraw|revoke|unsend|撤回",
    "recall window|recall timeout|recalled too late|recall time|撤回超时|撤回时限|撤回时间",
    "message|消息|讯息",
    "group|群组|群聊|群",
    "community|社群",
    "permission group|权限组",
    "owner|群主",
    "member|群员|群成员|成员",
    "not a member|not in the group|not in group|not joined|没有加入|未加入|没加入|不在群里|不在群|不是群成员|非群成员|\
     不在要退出的群组|不是该群组的成员|不在该群组",
    "administrator|admin|管理员",
    "friend|好友",
    "friend request|friend application|add friend|adding friend|add a friend|好友申请|加好友|好友请求|\
     添加好友|加不了好友|加不上好友",
    "limit|上限|超限|限制",
    "quota|额度|配额",
    "full|满员|人数上限|已满|满了|达到上限|人数已满",
    "rate limit|rate-limit|rate limited|rate limiting|frequency|too often|too fast|\
     too many requests|too frequent|太快|过快|太频繁|过于频繁|throttled|throttling|qps|频率限制|频率|频繁|频率过快|\
     频率过高|超频|限频|限流|频控",
    "timeout|timed out|time out|超时|逾时",
    "request|请求",
    "network|internet|网络|网路",
    "disconnected|disconnect|connection lost|no network|no network connection|no internet|断网|\
     没网|无网|没有网络|没有网络连接|断开|断线|掉线",
    "sensitive|sensitive word|sensitive words|dirty word|dirty words|bad words|banned words|\
     profanity|敏感词|敏感|违禁词|脏话",
    "moderation|内容审核|审核",
    "not found|does not exist|not exist|not-found|gone|不存在|找不到|没有找到",
    "disbanded|dismissed|disband|dismiss|解散",
    "permission|no permission|permission denied|unauthorized|权限|没有权限|没权限|无权限|无权",
    "secret key|密钥|秘钥",
    "too large|too long|too big|larger|过长|过大|太长|太大|超长|超大",
    "already|已经|已是|已在",
    "already a member|already in the group|already in group|已经是群成员|已在群组|已经在群组|已是群成员",
    "arrears|overdue|欠费",
    "plan|package|套餐包|套餐",
    "upload|上传",
    "download|下载",
    "quit|leave|退群|退出群组|退出",
    "join|加群|入群|进群|加入群组|加入|加不进去|进不去",
    "initialize|initialized|初始化",
    "not initialized|未初始化|没有初始化|尚未初始化",
    "push|推送",
    "offline push|离线推送",
    "certificate|证书",
    "one-to-one|c2c|单聊",
    "parameter|argument|参数",
    "overload|overloaded|过载",
    "webhook|callback|回调",
    "not sent|not delivered|cannot send|can't send|cant send|may not send|unable to send|\
     send failed|failed to send|sending failed|发不出|发不出去|发不了|发送不了|发送失败|发送不出去|无法发送|不能发送|未发出|\
     没有发出|未发送|未送达|未下发",
    "not received|not receive|cannot reach|never arrives|收不到|没收到|没有收到|未收到|接收不到|无法到达",
    "connect|connection|connected|连接|连不上|连不了|连接不上",
    "server|服务器|服务端",
    "reject|rejected|refuse|refused|declined|not accept|accepts no|拒绝|被拒绝|被拒|不接受",
    "not support|not supported|does not support|unsupported|not cover|not include|不支持|不含|不包含",
    "duplicate|twice|second|again|repeated|重复|第二次|再次",
    "in use|already used|taken|被占用|占用|已被使用|被使用",
    "image|picture|photo|图片|照片",
    "not friends|not friend|not a friend|不是好友|非好友|还不是好友|不是接收方的好友|不是发送方的好友",
    "verify|verification|check|校验|验证",
    "disabled|禁用|停用|被禁用",
    "sdkappid|appid|sdk appid",
    "database|db|数据库",
    "dns|domain name|域名|域名解析",
    "too old|outdated|太旧|过旧|过低|太低",
    "failed|fail|fails|failure|failing|unsuccessful|失败|不成功|未成功|没成功",
];

/// The traditional forms of the characters in Chinese texts, and the simplified ones in the same
/// order.
const TRADITIONAL: &str = "丟並佈佔併來係個側備傳僅價優儲兒內兩冊凍別刪則剛創劃動務區協卻參員問啓啟單嘗國圍圖團執報場\
     塊壓壞夠實審寫寬將專對導層屬峯帳帶幷幾庫廠廢廣張彈後徑從復徹態慮憑應懷戲戶拋掛採換損擁擇擊\
     據擬擴擾攔攜攝攢敗數斷於時暫暱書會枱條棄棧業構標樣機檔檢檯權歷歸毀決沒況洩減測準滯滾滿漢潰\
     濫濾瀏為無熱營燬爭爲爾牆狀獨獲現環產異當發監盤眾瞭確碼禮種稱積穩競節範篩簡簽籤約納級細終組\
     結絕絡給統絲綁經網綴緊緒線編緩縮總繞繫繼續纔羣義聯聲聽腳臨臺與舉舊艦華萬著處號衆術衝裏裝裡\
     製複覆覈見規視覽觀觸訂計訊託記訪設許註評詞詢試話該詳誌認誘語誤說説誰調請論證識譯議讀變讓貝\
     負責買費資賬賴購贊躍較載輪輯輸轉這連週進遊運過達違遞適遲選遺還邊邏郵鄰釋針鈕鈴銷錄錯錶鍵鍾\
     鎖鏈鐘鑑鑰長閉開閒間閱閲關陸隊際隨隱隻雖雙離雲電靜響頁頂項順須預頓頭頻題額顛類顯風飛餘馬騰\
     騷驗驟髒體髮鬚鬧麥黃點";
const SIMPLIFIED: &str = "丢并布占并来系个侧备传仅价优储儿内两册冻别删则刚创划动务区协却参员问启启单尝国围图团执报场\
     块压坏够实审写宽将专对导层属峰帐带并几库厂废广张弹后径从复彻态虑凭应怀戏户抛挂采换损拥择击\
     据拟扩扰拦携摄攒败数断于时暂昵书会台条弃栈业构标样机档检台权历归毁决没况泄减测准滞滚满汉溃\
     滥滤浏为无热营毁争为尔墙状独获现环产异当发监盘众了确码礼种称积稳竞节范筛简签签约纳级细终组\
     结绝络给统丝绑经网缀紧绪线编缓缩总绕系继续才群义联声听脚临台与举旧舰华万着处号众术冲里装里\
     制复复核见规视览观触订计讯托记访设许注评词询试话该详志认诱语误说说谁调请论证识译议读变让贝\
     负责买费资账赖购赞跃较载轮辑输转这连周进游运过达违递适迟选遗还边逻邮邻释针钮铃销录错表键钟\
     锁链钟鉴钥长闭开闲间阅阅关陆队际随隐只虽双离云电静响页顶项顺须预顿头频题额颠类显风飞余马腾\
     骚验骤脏体发须闹麦黄点";

/// Words that say little about a code, with bars between them.
const FILLERS: [&str; 2] = [
    "a|after|all|always|am|an|and|any|are|at|be|been|but|by|can|can't|cannot|cant|code|could|\
     couldn't|did|do|does|doesn't|don't|error|errors|fix|for|from|get|gets|getting|got|had|\
     handle|happen|happens|has|have|he|help|her|his|how|i|if|in|is|isn't|issue|it|its|just|me|\
     mean|meaning|means|my|no|not|of|on|only|or|our|please|problem|resolve|she|so|solve|that|\
     the|their|them|then|there|they|this|to|unable|us|was|we|were|what|when|where|which|while|\
     why|will|with|won't|would|you|your",
    "不能|无法|怎么办|怎么|为什么|什么|如何|提示|报错|正在|的|了|已|被|是|在|里|中|吗|呢|请|很|就|还|也|我|你|他|把|对|与|和|会|后|问题|原因|异常|\
     错误码|不上|不了|时|都|要|而|一直|总是|数量|来|去|解决|意思",
];

fn groups() -> impl Iterator<Item = impl Iterator<Item = &'static str> + Clone> {
    SYNONYMS.into_iter().map(|group| group.split('|'))
}

/// All words that have synonyms.
pub(super) fn known_words() -> impl Iterator<Item = &'static str> {
    groups().flatten()
}

/// The words of the groups that a known word is in, without the word itself.
pub(super) fn synonyms(word: &str) -> Vec<&'static str> {
    let groups = groups().filter(|group| group.clone().any(|one| one == word));
    groups.flatten().filter(|one| *one != word).collect()
}

/// The longest known word that `text` begins with. Other words than Chinese ones end there.
pub(super) fn known_at(text: &str) -> Option<&'static str> {
    known_words().filter(|word| begins_with_word(text, word)).max_by_key(|word| word.len())
}

/// The longest filler that `text` begins with.
pub(super) fn filler_at(text: &str) -> Option<&'static str> {
    let words = FILLERS.into_iter().flat_map(|words| words.split('|'));
    words.filter(|word| begins_with_word(text, word)).max_by_key(|word| word.len())
}

/// Whether `text` begins with `word`, and other words than Chinese ones end there.
fn begins_with_word(text: &str, word: &str) -> bool {
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| !word.ends_with(is_word_char) || !rest.starts_with(is_word_char))
}

/// Known Chinese words of other groups that contain `word`, in which it means something else.
pub(super) fn longer_words(word: &str) -> Vec<&'static str> {
    let mut longer = Vec::new();
    for group in groups().filter(|group| !group.clone().any(|one| one == word)) {
        longer.extend(group.filter(|one| one.contains(word)));
    }
    longer
}

/// Whether a character is part of an English word, a number or a name.
fn is_word_char(c: char) -> bool {
    !is_han(c) && (c.is_alphanumeric() || matches!(c, '_' | '-' | '/'))
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// The simplified form of a Chinese character; any other character as it is.
pub(super) fn simplified(c: char) -> char {
    let forms = TRADITIONAL.chars().zip(SIMPLIFIED.chars());
    forms.into_iter().find(|(traditional, _)| *traditional == c).map_or(c, |(_, form)| form)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_longest_known_word_counts() {
        let rows = [
            ("签名过期", Some("签名")),
            ("退出登录", Some("退出登录")),
            ("rate limit exceeded", Some("rate limit")),
            ("users", None),
            ("group-id", None),
            ("错", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(known_at(text), wanted, "{text}");
        }
        assert_eq!(longer_words("权限"), ["权限组"]);
        assert_eq!(filler_at("怎么办"), Some("怎么办"));
    }

    #[test]
    fn each_character_and_each_word_of_a_group_occurs_once() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        let forms: HashSet<char> = TRADITIONAL.chars().collect();
        assert_eq!(forms.len(), TRADITIONAL.chars().count());
        assert!(SIMPLIFIED.chars().all(|c| !forms.contains(&c)));
        for group in groups() {
            let mut words = HashSet::new();
            for word in group {
                assert!(words.insert(word), "{word}");
                assert_eq!(word.chars().map(simplified).collect::<String>(), word);
            }
        }
    }
}
