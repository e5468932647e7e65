//! A headless Chromium, driven over WebDriver by a `chromedriver` on this machine.
//!
//! The protocol is JSON over HTTP on a local socket, one short request after another, so the standard
//! library is enough.

pub mod axe;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// `None`, with a message, where Chromium or its driver is not installed.
    pub fn start() -> Option<Browser> {
        let Ok(mut driver) = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            eprintln!("skipped: chromedriver is not installed (on Debian: apt-get install chromium chromium-driver)");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|l| l.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
        // The driver's further words must have a reader, or it stops at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Browser { driver, port: port.expect("chromedriver names its port"), session: String::new() };
        let options = json!({"capabilities": {"alwaysMatch": {
            // The page is our own, and containers rarely allow a sandbox.
            "goog:chromeOptions": {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        match browser.request("POST", "/session", &options) {
            Ok(value) => {
                browser.session = format!("/session/{}", value["sessionId"].as_str().unwrap());
                Some(browser)
            }
            Err(why) => {
                eprintln!("skipped: no browser could be started: {why}");
                None
            }
        }
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(180))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(|e| e.to_string())?;
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).map_err(|e| e.to_string())?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().unwrap(),
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut bytes = vec![0; length];
        answer.read_exact(&mut bytes).map_err(|e| e.to_string())?;
        let value = serde_json::from_slice::<Value>(&bytes).map_err(|e| e.to_string())?["value"].clone();
        if value.get("error").is_some() { Err(value.to_string()) } else { Ok(value) }
    }

    fn command(&self, name: &str, body: &Value) -> Value {
        self.request("POST", &format!("{}{name}", self.session), body).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn open(&self, page: &Path) {
        let escape = |b: u8| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        };
        let path: String = page.to_str().unwrap().bytes().map(escape).collect();
        self.command("/url", &json!({"url": format!("file://{path}")}));
    }

    /// The value of a script's `return`.
    pub fn script(&self, script: &str) -> Value {
        self.command("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What a script gives to its last argument, a function.
    pub fn later(&self, script: &str) -> Value {
        self.command("/execute/async", &json!({"script": script, "args": []}))
    }

    /// Clicks the middle of the first element that a CSS selector finds.
    pub fn click(&self, selector: &str) {
        let element = self.command("/element", &json!({"using": "css selector", "value": selector}));
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.command(&format!("/element/{id}/click"), &json!({}));
    }

    /// A command of Chromium's own protocol.
    pub fn chromium(&self, name: &str, parameters: &Value) -> Value {
        self.command("/goog/cdp/execute", &json!({"cmd": name, "params": parameters}))
    }

    pub fn show_as(&self, width_px: u32, height_px: u32, dark: bool) {
        let size = json!({"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": width_px < 600});
        self.chromium("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        self.chromium("Emulation.setEmulatedMedia", &json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}));
    }

    /// What the console said.
    pub fn console(&self) -> Vec<Value> {
        self.command("/se/log", &json!({"type": "browser"})).as_array().unwrap().clone()
    }

    /// Addresses that were asked for.
    pub fn requests(&self) -> Vec<String> {
        let log = self.command("/se/log", &json!({"type": "performance"}));
        let sent = |entry: &Value| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &event["message"];
            (message["method"] == "Network.requestWillBeSent").then(|| message["params"]["request"]["url"].as_str().map(str::to_owned))?
        };
        log.as_array().unwrap().iter().filter_map(sent).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session closes Chromium; then its driver can go.
        let _ = self.request("DELETE", &self.session, &json!({}));
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
