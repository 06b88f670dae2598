//! The words of a search: synonyms in both languages, and traditional characters as simplified ones.

/// Words that mean the same in this catalog, in lower case. Each is a word that people search for,
/// or one that the texts use for it.
const SYNONYMS: [&[&str]; 18] = [
    &["usersig", "签名", "票据"],
    &["expired", "expire", "过期"],
    &["login", "log in", "登录", "登陆", "登入"],
    &["logout", "log out", "登出", "退出登录"],
    &["account", "账号", "帐号", "账户"],
    &["user", "用户", "使用者"],
    &["mute", "muted", "silenced", "禁言"],
    &["blocklist", "blacklist", "黑名单", "拉黑"],
    &["kicked", "踢下线", "顶号", "被踢"],
    &["recall", "withdraw", "撤回"],
    &["message", "消息", "讯息"],
    &["group", "群组", "群聊"],
    &["friend", "好友"],
    &["limit", "上限", "超限"],
    &["rate-limit", "frequency", "频率", "频繁", "超频", "限频"],
    &["timeout", "timed out", "超时", "逾时"],
    &["network", "网络", "网路"],
    &["sensitive", "敏感词", "敏感", "违禁词"],
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

/// The words of a query in lower case, in simplified characters.
///
/// Chinese is written without blanks. So a word of several known ones, such as `签名过期`, counts as
/// those.
pub(super) fn words(query: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for word in query.iter().flat_map(|part| part.split_whitespace()) {
        let word: String = word.to_lowercase().chars().map(simplified).collect();
        match known_words(&word) {
            Some(parts) => words.extend(parts),
            None => words.push(word),
        }
    }
    words
}

/// The Chinese words that `word` consists of, if all are known.
fn known_words(word: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let known = SYNONYMS.iter().flat_map(|group| group.iter());
        let starts = known.filter(|known| !known.is_ascii() && rest.starts_with(**known));
        let longest = starts.max_by_key(|known| known.len())?;
        parts.push(longest.to_string());
        rest = &rest[longest.len()..];
    }
    Some(parts)
}

/// The words that mean the same as `word`, which is not among them.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    let group = SYNONYMS.iter().find(|group| group.contains(&word));
    let group = group.copied().unwrap_or_default();
    group.iter().copied().filter(move |other| *other != word)
}

/// The simplified form of a Chinese character; any other character as it is.
fn simplified(c: char) -> char {
    let forms = TRADITIONAL.chars().zip(SIMPLIFIED.chars());
    forms.into_iter().find(|(traditional, _)| *traditional == c).map_or(c, |(_, form)| form)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn queries_are_split_into_words() {
        let rows: [(&[&str], &[&str]); 6] = [
            (&["UserSig Expired"], &["usersig", "expired"]),
            (&["签名过期"], &["签名", "过期"]),
            (&["簽名", "過期"], &["签名", "过期"]),
            (&["退出登录"], &["退出登录"]),
            (&["签名错误"], &["签名错误"]),
            (&[" "], &[]),
        ];
        for (query, wanted) in rows {
            assert_eq!(words(query), wanted, "{query:?}");
        }
    }

    #[test]
    fn each_character_and_each_word_occurs_once() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        let forms: HashSet<char> = TRADITIONAL.chars().collect();
        assert_eq!(forms.len(), TRADITIONAL.chars().count());
        assert!(SIMPLIFIED.chars().all(|c| !forms.contains(&c)));
        let mut words = HashSet::new();
        for word in SYNONYMS.iter().flat_map(|group| group.iter()) {
            assert!(words.insert(word), "{word}");
            assert_eq!(word.chars().map(simplified).collect::<String>(), *word);
        }
    }
}
