//! `mcp`: a Model Context Protocol server on standard input and output, so that agents can look up
//! codes and read logs.
//!
//! One thread reads messages and answers what takes no time, so that a cancellation is noticed
//! while a log is read. The main thread calls the tools, one call after the other. Only messages of
//! the protocol go to standard output.

mod answer;
mod arguments;
mod logs;
mod paths;
mod protocol;
mod requests;
mod tools;

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use imerr::custom::Loaded;
use serde_json::Value;

use self::arguments::{Call, CallError};
use self::paths::Roots;
use self::protocol::{Era, Failure as Refusal, Method, Output, Request};
use self::requests::{Job, Requests};
use self::tools::Tools;
use crate::args::McpArgs;
use crate::error::{Error, Failure};
use crate::exit_status::Outcome;
use crate::messages::{self, Level};
use crate::system;

/// The text of `--skill`.
const SKILL: &str = include_str!("../../../contrib/skills/imerr-annotate/SKILL.md");

/// The most bytes of a message. A longer one is skipped, with an error.
const MESSAGE_LIMIT: usize = 4 << 20;

/// The most calls that wait. Further ones are refused, so that memory is bounded.
const WAITING_CALLS: usize = 16;

/// Prints the skill for agents.
pub fn print_skill(out: &mut dyn Write) -> io::Result<Outcome> {
    out.write_all(SKILL.as_bytes())?;
    Ok(Outcome::Done)
}

/// Serves a client until standard input ends or standard output is closed. Calls that wait when the
/// input ends are answered first.
pub fn serve(args: &McpArgs, loaded: Loaded) -> Result<Outcome, Failure> {
    let roots = Roots::new(&args.root)?;
    if io::stdin().is_terminal() {
        messages::say(Level::Note, messages::words().waiting_for_client());
    }
    let tools = Tools::new(loaded, roots);
    let output = Arc::new(Output::new(system::stdout()));
    let requests = Arc::new(Requests::default());
    let (sender, receiver) = sync_channel(WAITING_CALLS);
    let reader = Reader {
        output: Arc::clone(&output),
        requests: Arc::clone(&requests),
        calls: sender,
        is_initialized: false,
    };
    // The thread may wait for input when the program ends, so it is not joined.
    let started =
        thread::Builder::new().name("mcp reader".into()).spawn(move || reader.read_stdin());
    started
        .map_err(|error| vec![Error::new("the thread that reads messages", error.to_string())])?;
    call_tools(&receiver, &tools, &requests, &output)?;
    Ok(Outcome::Done)
}

/// What the reader passes on.
enum Event {
    Call(Job),
    /// An answer could not be written.
    Failed(io::Error),
}

/// Calls the tools until the reader has ended.
fn call_tools(
    events: &Receiver<Event>,
    tools: &Tools,
    requests: &Requests,
    output: &Output,
) -> io::Result<()> {
    for event in events {
        let job = match event {
            Event::Call(job) => job,
            Event::Failed(error) => return Err(error),
        };
        if job.interrupt.is_requested() {
            requests.finish(&job.id);
            continue;
        }
        let result = protocol::call_result(tools.call(&job.call, &job.interrupt));
        // After this the client can no longer cancel it, and may use the id again.
        requests.finish(&job.id);
        if !job.interrupt.is_requested() {
            output.respond(&job.id, job.era, result)?;
        }
    }
    Ok(())
}

/// Reads messages, and answers all but calls.
struct Reader {
    output: Arc<Output>,
    requests: Arc<Requests>,
    calls: SyncSender<Event>,
    /// Whether the client has sent `initialize`, so that its requests need no version.
    is_initialized: bool,
}

impl Reader {
    /// Reads standard input to its end, and passes on a failure.
    fn read_stdin(mut self) {
        if let Err(error) = self.read_all(&mut BufReader::new(system::stdin())) {
            // The other thread is gone only if it has failed itself.
            let _ = self.calls.send(Event::Failed(error));
        }
    }

    /// Reads up to the end of the input. Fails if an answer cannot be written.
    fn read_all(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            let is_whole = match read_line(input, &mut line) {
                Ok(Some(is_whole)) => is_whole,
                Ok(None) => return Ok(()),
                Err(error) => {
                    messages::error(format_args!("standard input: {error}"));
                    return Ok(());
                }
            };
            if !is_whole {
                let limit = MESSAGE_LIMIT >> 20;
                let refusal = Refusal::invalid_request(format!(
                    "the message is longer than {limit} MiB, the limit; send less"
                ));
                self.refuse(&Value::Null, &refusal)?;
            } else if !line.trim_ascii().is_empty() {
                self.message(&line)?;
            }
        }
    }

    fn message(&mut self, line: &[u8]) -> io::Result<()> {
        match protocol::parse(line) {
            Ok(protocol::Message::Request(request)) => {
                let id = request.id.clone();
                match self.request(request) {
                    Ok(None) => Ok(()),
                    Ok(Some((era, result))) => self.output.respond(&id, era, result),
                    Err(refusal) => self.refuse(&id, &refusal),
                }
            }
            Ok(protocol::Message::Cancelled(id)) => {
                self.requests.cancel(&id);
                Ok(())
            }
            Ok(protocol::Message::Ignored) => Ok(()),
            Err((id, refusal)) => self.refuse(&id, &refusal),
        }
    }

    /// The answer to a request; None if another thread answers it.
    fn request(&mut self, request: Request) -> Result<Option<(Era, Value)>, Refusal> {
        let Request { id, method, params } = request;
        if method == Method::Initialize {
            let result = protocol::initialize(&params)?;
            self.is_initialized = true;
            return Ok(Some((Era::Legacy, result)));
        }
        let era = protocol::era(&params, self.is_initialized || method == Method::Ping)?;
        let result = match method {
            Method::Initialize | Method::Ping if era == Era::Legacy => protocol::empty(),
            Method::Initialize | Method::Ping => return Err(Refusal::unknown_method("ping")),
            Method::Discover => protocol::discover(),
            Method::ListTools => protocol::tools(&params)?,
            Method::CallTool => {
                self.call(id, era, &params)?;
                return Ok(None);
            }
        };
        Ok(Some((era, result)))
    }

    /// Passes a call on. An answer that takes no time is written at once.
    fn call(&self, id: Value, era: Era, params: &protocol::Params) -> Result<(), Refusal> {
        let (name, arguments) = protocol::call_params(params)?;
        let call = match Call::parse(name, arguments) {
            Ok(call) => call,
            Err(CallError::UnknownTool) => return Err(Refusal::unknown_tool(name)),
            Err(CallError::Arguments(message)) => Call::Wrong(message),
        };
        let Some(interrupt) = self.requests.start(&id) else {
            return Err(Refusal::invalid_request("a request with this id is not answered yet"));
        };
        let job = Job { id: id.clone(), era, call, interrupt };
        match self.calls.try_send(Event::Call(job)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.requests.finish(&id);
                Err(Refusal::busy(WAITING_CALLS))
            }
            // The program ends.
            Err(TrySendError::Disconnected(_)) => Ok(()),
        }
    }

    fn refuse(&self, id: &Value, refusal: &Refusal) -> io::Result<()> {
        messages::warning(format_args!("{}", refusal.message));
        self.output.refuse(id, refusal)
    }
}

/// Reads a line. Returns whether it is whole; a line that is too long is skipped. None at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let limit = MESSAGE_LIMIT as u64 + 1;
    if input.by_ref().take(limit).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.len() <= MESSAGE_LIMIT || line.last() == Some(&b'\n') {
        return Ok(Some(true));
    }
    input.skip_until(b'\n')?;
    Ok(Some(false))
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard};

    use imerr::lock::lock;
    use serde_json::json;

    use super::*;

    /// A writer whose output the test reads.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Written {
        fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
            lock(&self.0)
        }

        /// The ids and the codes of errors of all responses.
        fn responses(&self) -> Vec<(Value, Value)> {
            let text = String::from_utf8(self.bytes().clone()).expect("it is text");
            let mut responses = Vec::new();
            for line in text.lines() {
                let response: Value = serde_json::from_str(line).expect("JSON");
                responses.push((response["id"].clone(), response["error"]["code"].clone()));
            }
            responses
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.bytes().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A reader that has read `text`, the calls that it passed on, and what it wrote.
    fn read(text: &str) -> (Arc<Requests>, Receiver<Event>, Written) {
        let (written, requests) = (Written::default(), Arc::new(Requests::default()));
        let (calls, receiver) = sync_channel(WAITING_CALLS);
        let output = Arc::new(Output::new(written.clone()));
        let mut reader =
            Reader { output, requests: Arc::clone(&requests), calls, is_initialized: true };
        reader.read_all(&mut text.as_bytes()).expect("memory can be written");
        (requests, receiver, written)
    }

    fn call(id: impl Into<Value>) -> String {
        let params = json!({ "name": "explain_code", "arguments": { "code": 6206 } });
        let id: Value = id.into();
        let call = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        format!("{call}\n")
    }

    fn run_calls(requests: &Requests, receiver: &Receiver<Event>, written: &Written) {
        let loaded = imerr::CustomBuilder::default().finish().expect("nothing is added");
        let roots = Roots::new(&[]).unwrap_or_else(|errors| panic!("{errors:?}"));
        let output = Output::new(written.clone());
        let tools = Tools::new(loaded, roots);
        call_tools(receiver, &tools, requests, &output).expect("memory can be written");
    }

    #[test]
    fn calls_beyond_the_limit_and_with_a_used_id_are_refused() {
        let mut text = call("first") + &call("first");
        for id in 1..=WAITING_CALLS {
            text.push_str(&call(id));
        }
        let (requests, receiver, written) = read(&text);
        let refused = [(json!("first"), json!(-32600)), (json!(WAITING_CALLS), json!(-32603))];
        assert_eq!(written.responses(), refused);
        run_calls(&requests, &receiver, &written);
        assert_eq!(written.responses().len(), 2 + WAITING_CALLS);
        assert!(written.responses()[2..].iter().all(|(_, code)| code.is_null()));
        assert!(requests.start(&json!("first")).is_some(), "the id is free again");
    }

    #[test]
    fn a_call_that_is_cancelled_while_it_waits_has_no_answer() {
        let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": { "requestId": 1 } });
        let (requests, receiver, written) =
            read(&format!("{}{}{}{cancelled}\n", call("1"), call(1), call(2)));
        run_calls(&requests, &receiver, &written);
        assert_eq!(written.responses(), [(json!("1"), Value::Null), (json!(2), Value::Null)]);
    }

    #[test]
    fn a_line_beyond_the_limit_is_skipped() {
        let long = "x".repeat(MESSAGE_LIMIT);
        let text = format!("a\n{long}\n{long}y\nb\n{long}y");
        let mut input = text.as_bytes();
        let mut line = Vec::new();
        let mut lines = Vec::new();
        while let Some(is_whole) = read_line(&mut input, &mut line).expect("memory can be read") {
            lines.push(is_whole.then_some(line.len()));
        }
        assert_eq!(lines, [Some(2), Some(MESSAGE_LIMIT + 1), None, Some(2), None]);
    }
}
