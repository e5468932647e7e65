//! The top-level error: one sentence, its cause, a hint, and the exit code of the contract.

use std::path::PathBuf;

/// What kind of failure it was; decides the exit code (CONTRACT "Exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Wrong option, unknown key, threshold out of range.
    Usage,
    /// Not a video, no person, no frame.
    Input,
    /// Model or runtime missing, disk full, file not writable: another try may succeed.
    Temporary,
    /// The user pressed Ctrl-C.
    Interrupted,
    /// A fault of this program.
    Internal,
}

impl ErrorKind {
    /// Exit code of CONTRACT.md.
    pub fn exit_code(self) -> u8 {
        match self {
            ErrorKind::Usage => 2,
            ErrorKind::Input => 3,
            ErrorKind::Temporary => 75,
            ErrorKind::Interrupted => 130,
            ErrorKind::Internal => 70,
        }
    }

    /// Lower-case name used in machine-readable outputs.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Usage => "usage",
            ErrorKind::Input => "input",
            ErrorKind::Temporary => "temporary",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::Internal => "internal",
        }
    }
}

/// One failure as a person reads it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Whose fault it is, and so the exit code.
    pub kind: ErrorKind,
    /// One sentence: what is wrong, with the facts.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// What brought it about.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync + 'static>>,
}

/// What every step of the line returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Of any kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Error { kind, message: message.into(), hint: hint.into(), source: None }
    }

    /// The user asked for something that cannot be.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message, hint)
    }

    /// A file is not what it should be.
    pub fn input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message, hint)
    }

    /// Another try may do.
    pub fn temporary(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorKind::Temporary, message, hint)
    }

    /// Our own fault.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message, "this is a fault of the program: please report it with the command you ran")
    }

    /// A panic during the work on something of this name.
    pub fn broke_off(name: &str, panic: &(dyn std::any::Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
        Self::internal(format!("the analysis of {name} broke off: {}", said.as_deref().unwrap_or("no reason was given")))
    }

    /// The user stopped it.
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted", "finished results were kept")
    }

    /// The same with what brought it about.
    pub fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// A file that could not be read or written.
    pub fn io(action: &str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        let path: PathBuf = path.into();
        let (kind, hint) = match source.kind() {
            std::io::ErrorKind::NotFound => (ErrorKind::Input, "check the path"),
            std::io::ErrorKind::PermissionDenied => {
                (ErrorKind::Input, "check who may read or write there, or choose another place with --out")
            }
            std::io::ErrorKind::AlreadyExists
            | std::io::ErrorKind::NotADirectory
            | std::io::ErrorKind::IsADirectory
            | std::io::ErrorKind::InvalidFilename
            | std::io::ErrorKind::InvalidInput
            | std::io::ErrorKind::InvalidData
            | std::io::ErrorKind::ReadOnlyFilesystem => (ErrorKind::Input, "check the path: another attempt will end the same way"),
            std::io::ErrorKind::StorageFull => (ErrorKind::Temporary, "free some space, then run the same command again"),
            _ => (ErrorKind::Temporary, "check the disk and the path, then run the same command again"),
        };
        Error { kind, message: format!("cannot {action} {}: {source}", path.display()), hint: hint.into(), source: Some(Box::new(source)) }
    }
}
