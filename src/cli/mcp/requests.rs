//! The calls that are not answered yet, so that the client can cancel them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imerr::lock::lock;
use imerr::pipeline::Interrupt;
use serde_json::Value;

use super::arguments::Call;
use super::protocol::Era;

/// A call that waits or runs.
pub struct Job {
    pub id: Value,
    pub era: Era,
    pub call: Call,
    /// Asks it to stop.
    pub interrupt: Arc<Interrupt>,
}

/// The ids of the calls that wait or run, as JSON text: `1` and `"1"` are different.
#[derive(Default)]
pub struct Requests(Mutex<HashMap<String, Arc<Interrupt>>>);

impl Requests {
    /// Adds a call; None if one with this id is not answered yet.
    pub fn start(&self, id: &Value) -> Option<Arc<Interrupt>> {
        let mut requests = lock(&self.0);
        let key = id.to_string();
        if requests.contains_key(&key) {
            return None;
        }
        let interrupt = Arc::new(Interrupt::default());
        requests.insert(key, Arc::clone(&interrupt));
        Some(interrupt)
    }

    /// Asks a call to stop. Nothing happens if it is answered already.
    pub fn cancel(&self, id: &Value) {
        if let Some(interrupt) = lock(&self.0).get(&id.to_string()) {
            // It is not waited for: the call notices it between two blocks of a log.
            drop(interrupt.request(Duration::ZERO));
        }
    }

    pub fn finish(&self, id: &Value) {
        lock(&self.0).remove(&id.to_string());
    }
}
