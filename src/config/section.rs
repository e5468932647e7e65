//! One declaration per value: its name, default, unit, range, meaning and source make the struct's field, its documentation, the key
//! that `config`, `explain` and the pages print, and the validation.

use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// What is declared of one value. For steps the range holds for each of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyDoc {
    /// "section.key".
    pub key: &'static str,
    /// What it means, in a few words.
    pub what: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Least value allowed, in its unit.
    pub min: f64,
    /// Largest value allowed, in its unit.
    pub max: f64,
    /// SPEC section or "our choice".
    pub source: &'static str,
    /// Which way its steps go.
    pub order: Order,
}

/// Direction of a value's steps; a single number has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One number.
    Single,
    /// Each step at least the one before.
    Rising,
    /// Each step at most the one before.
    Falling,
}

/// A type that a value may have.
pub trait Declared {
    const ORDER: Order = Order::Single;
}

impl Declared for f64 {}
impl Declared for usize {}
impl Declared for u32 {}
impl Declared for Option<f64> {}

macro_rules! steps {
    ($(#[$doc:meta])* $name:ident, $order:ident, $word:literal, $wrong:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name<const N: usize>([f64; N]);

        impl<const N: usize> $name<N> {
            /// Panics where the steps go the other way: for defaults, which a test reads.
            pub const fn of(steps: [f64; N]) -> Self {
                let mut i = 1;
                while i < N {
                    assert!(!$wrong(steps[i - 1], steps[i]), "steps go the wrong way");
                    i += 1;
                }
                $name(steps)
            }

            /// Mild, moderate, severe.
            pub const fn array(self) -> [f64; N] {
                self.0
            }
        }

        impl<const N: usize> Deref for $name<N> {
            type Target = [f64];
            fn deref(&self) -> &[f64] {
                &self.0
            }
        }

        impl<const N: usize> Declared for $name<N> {
            const ORDER: Order = Order::$order;
        }

        impl<const N: usize> Serialize for $name<N> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0)
            }
        }

        impl<'de, const N: usize> Deserialize<'de> for $name<N> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let given = Vec::<f64>::deserialize(deserializer)?;
                let steps = <[f64; N]>::try_from(given)
                    .map_err(|given| serde::de::Error::custom(format!("{} numbers, where {N} steps are needed", given.len())))?;
                if steps.windows(2).any(|w| $wrong(w[0], w[1])) {
                    return Err(serde::de::Error::custom(concat!("its steps must ", $word)));
                }
                Ok($name(steps))
            }
        }
    };
}

const fn falls(a: f64, b: f64) -> bool {
    b < a
}

const fn rises(a: f64, b: f64) -> bool {
    b > a
}

steps!(
    /// Steps of a fault that grows with its value: each at least the one before.
    Up, Rising, "rise", falls
);
steps!(
    /// Steps of a fault that grows as its value falls: each at most the one before.
    Down, Falling, "fall", rises
);

/// A section of the configuration: `field: type = default, unit, min to max, meaning, source;`.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident in $table:literal {
        $($field:ident : $ty:ty = $default:expr, $unit:literal, $min:literal to $max:literal, $what:literal, $source:literal;)*
    } $(with { $($(#[$pdoc:meta])* $part:ident : $pty:ty),* $(,)? })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(#[doc = concat!($what, "; ", $unit, ", ", $min, " to ", $max, "; `", $source, "`")] pub $field: $ty,)*
            $($($(#[$pdoc])* pub $part: $pty,)*)?
        }
        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* $($($part: Default::default(),)*)? }
            }
        }
        impl $name {
            /// What is declared of each value.
            pub const KEYS: &'static [KeyDoc] = &[$(KeyDoc {
                key: concat!($table, ".", stringify!($field)),
                what: $what,
                unit: $unit,
                min: $min,
                max: $max,
                source: $source,
                order: <$ty as Declared>::ORDER,
            },)*];
        }
    };
}
pub(super) use section;
