//! Small numerical helpers without a home in one stage.
