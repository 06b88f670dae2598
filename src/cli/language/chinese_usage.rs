//! Usage errors in Chinese. clap writes them in English, with the words of the user as context.

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::chinese::Chinese;
use super::{Messages, chinese_diagnostic};

/// The message for a usage error, without its label; None if the error has no context.
pub(super) fn usage_error(error: &clap::Error) -> Option<String> {
    let argument = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    if argument.is_none()
        && let Some(sentence) = text(error, ContextKind::Custom)
    {
        let sentence = chinese_diagnostic::diagnostic(&sentence)?;
        return Some(format!("{sentence}\n\n详情见 --help。\n"));
    }
    let message = match error.kind() {
        ErrorKind::UnknownArgument => match argument? {
            option if option.starts_with('-') => format!("没有选项“{option}”"),
            word => format!("多余的参数“{word}”"),
        },
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", text(error, ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingSubcommand => "缺少子命令".to_string(),
        ErrorKind::InvalidValue if value.as_ref()?.is_empty() => format!("{} 缺少值", argument?),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (argument, value) = (argument?, value?);
            let cause = text(error, ContextKind::Custom);
            match cause.or_else(|| Some(error.source()?.to_string())) {
                Some(cause) => {
                    let cause = chinese_diagnostic::cause(&cause, &value);
                    format!("{argument} 的值“{value}”无效：{cause}")
                }
                None => format!("{argument} 的值“{value}”无效"),
            }
        }
        ErrorKind::TooManyValues => format!("{} 不需要值“{}”", argument?, value?),
        ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => {
            format!("{} 的值的个数不对", argument?)
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {}", argument?),
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            Some(prior) if Some(&prior) == argument.as_ref() => format!("{prior} 只能写一次"),
            Some(prior) => format!("{} 不能与 {prior} 同时使用", argument?),
            None => return None,
        },
        _ => return None,
    };
    let tips: Vec<String> = tips(error).into_iter().map(|tip| format!("\n\n  {tip}")).collect();
    Some(format!("{message}{}\n\n详情见 --help。\n", tips.concat()))
}

/// What to do next.
fn tips(error: &clap::Error) -> Vec<String> {
    let mut tips = Vec::new();
    if let Some(valid) = text(error, ContextKind::ValidValue).filter(|valid| !valid.is_empty()) {
        tips.push(format!("可用的值：{valid}"));
    }
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand];
    match near.into_iter().find_map(|kind| text(error, kind)) {
        Some(near) => tips.push(format!("是不是要用“{near}”？")),
        None => {
            let tip = text(error, ContextKind::Suggested);
            tips.extend(tip.map(|tip| format!("{}{tip}", Chinese.tip_label())));
        }
    }
    tips
}

/// The context of one kind. Several values are a list.
fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        ContextValue::StyledStrs(texts) => {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            Some(texts.join("；"))
        }
        _ => None,
    }
}
