//! formcheck
