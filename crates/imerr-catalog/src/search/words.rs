//! The words of a search: synonyms in both languages, Chinese words without a meaning of their own,
//! and traditional characters as simplified ones.

/// Words that mean the same in this catalog, in lower case, with bars between them. Each is a word
/// that people search for, or one that the texts use for it.
const SYNONYMS: [&str; 58] = [
    "usersig|user sig|user signature|签名|票据",
    "expired|expire|过期|失效|到期|过有效期|有效期",
    "wrong|invalid|illegal|错误|无效|非法|不合法|不对|不正确|有误|不符|不匹配|不一致|不属于",
    "login|log in|logged in|sign in|signed in|登录|登陆|登入",
    "not logged in|no user is logged in|needs login|未登录|没登录|没有登录|尚未登录|没有已登录",
    "logout|log out|sign out|signed out|登出|退出登录",
    "account|账号|帐号|账户",
    "user|用户|使用者",
    "user not found|account not found|unknown user|用户不存在|账号不存在|没有账号|没有这个 userid|不是该应用的用户",
    "recipient|receiver|接收方|对方",
    "sender|发送方|发送者",
    "mute|muted|silenced|禁言",
    "blocklist|block list|blacklist|black list|blacklisted|blocked user|user blocked|黑名单|拉黑",
    "kicked|kicked offline|kicked off|forced offline|logged in elsewhere|踢下线|被踢下线|被踢|顶号|挤下线|互踢",
    "remove|kick|踢人|踢出|移除",
    "recall|withdraw|revoke|unsend|撤回",
    "recall window|撤回超时|撤回时限|撤回时间",
    "message|消息|讯息",
    "group|群组|群聊|群",
    "community|社群",
    "permission group|权限组",
    "owner|群主",
    "member|群员|群成员|成员",
    "not a member|not in the group|不在群里|不在群|不是群成员|非群成员|不在要退出的群组|不是该群组的成员|不在该群组",
    "administrator|admin|管理员",
    "friend|好友",
    "friend request|friend application|好友申请|加好友|好友请求",
    "limit|上限|超限|限制",
    "quota|额度|配额",
    "full|满员|人数上限|已满|满了|达到上限|人数已满",
    "rate limit|rate-limit|rate limited|rate limiting|frequency|too often|too fast|\
     too many requests|too frequent|throttled|throttling|qps|频率限制|频率|频繁|频率过快|频率过高|超频|限频|限流|频控",
    "timeout|timed out|time out|超时|逾时",
    "request|请求",
    "network|网络|网路",
    "disconnected|disconnect|connection lost|断网|断开|断线|掉线",
    "sensitive|sensitive word|sensitive words|dirty word|dirty words|bad words|banned words|\
     profanity|敏感词|敏感|违禁词|脏话",
    "moderation|内容审核|审核",
    "not found|does not exist|not exist|not-found|gone|不存在|找不到|没有找到",
    "disbanded|dismissed|disband|dismiss|解散",
    "permission|no permission|permission denied|unauthorized|权限|没有权限|没权限|无权限|无权",
    "secret key|密钥|秘钥",
    "too large|too long|too big|larger|过长|过大|太长|太大|超长|超大",
    "already|已经|已是|已在",
    "arrears|overdue|欠费",
    "plan|package|套餐包|套餐",
    "upload|上传",
    "download|下载",
    "quit|leave|退群|退出群组|退出",
    "join|加群|入群|进群|加入群组|加入",
    "initialize|initialized|初始化",
    "not initialized|未初始化|没有初始化|尚未初始化",
    "push|推送",
    "offline push|离线推送",
    "certificate|证书",
    "one-to-one|c2c|单聊",
    "parameter|argument|参数",
    "overload|overloaded|过载",
    "webhook|callback|回调",
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

/// Chinese words that say little about a code.
const FILLERS: [&str; 34] = [
    "不能",
    "无法",
    "怎么办",
    "怎么",
    "为什么",
    "什么",
    "如何",
    "提示",
    "报错",
    "正在",
    "的",
    "了",
    "已",
    "被",
    "是",
    "在",
    "里",
    "中",
    "吗",
    "呢",
    "请",
    "很",
    "就",
    "还",
    "也",
    "我",
    "你",
    "他",
    "把",
    "对",
    "与",
    "和",
    "会",
    "后",
];

/// Words that mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group(&'static str);

impl Group {
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.0.split('|')
    }
}

fn groups() -> impl Iterator<Item = Group> {
    SYNONYMS.into_iter().map(Group)
}

/// All words that have synonyms.
pub(super) fn known_words() -> impl Iterator<Item = &'static str> {
    groups().flat_map(Group::words)
}

/// The longest known word that `text` begins with, and its group. Other words than Chinese ones end
/// there.
pub(super) fn known_at(text: &str) -> Option<(&'static str, Group)> {
    let words = groups().flat_map(|group| group.words().map(move |word| (word, group)));
    let fits = words.filter(|(word, _)| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !word.ends_with(is_word_char) || !rest.starts_with(is_word_char))
    });
    fits.max_by_key(|(word, _)| word.len())
}

/// The longest filler that `text` begins with.
pub(super) fn filler_at(text: &str) -> Option<&'static str> {
    let fits = FILLERS.into_iter().filter(|word| text.starts_with(word));
    fits.max_by_key(|word| word.len())
}

/// Known Chinese words of other groups that contain `word`, in which it means something else.
pub(super) fn longer_words(word: &str) -> Vec<&'static str> {
    let mut longer = Vec::new();
    for group in groups().filter(|group| !group.words().any(|one| one == word)) {
        longer.extend(group.words().filter(|one| one.contains(word)));
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
            assert_eq!(known_at(text).map(|(word, _)| word), wanted, "{text}");
        }
        assert_eq!(longer_words("权限"), ["权限组"]);
        assert_eq!(filler_at("怎么办"), Some("怎么办"));
    }

    #[test]
    fn each_character_and_each_word_occurs_once() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        let forms: HashSet<char> = TRADITIONAL.chars().collect();
        assert_eq!(forms.len(), TRADITIONAL.chars().count());
        assert!(SIMPLIFIED.chars().all(|c| !forms.contains(&c)));
        let mut words = HashSet::new();
        for word in groups().flat_map(Group::words) {
            assert!(words.insert(word), "{word}");
            assert_eq!(word.chars().map(simplified).collect::<String>(), word);
        }
    }
}
