//! Weights, points and bands of the score; names and defaults are SPEC 14.5's where it has them.

use super::section::{Declared, Down, KeyDoc, Up, section};
use serde::{Deserialize, Serialize};

/// Weight and points of every scored check, read by code.
macro_rules! scored {
    ($($code:ident = $weight:literal, $points:expr;)*) => {
        section!(
            /// Weight for coverage (SPEC 11.2).
            #[allow(non_snake_case, reason = "codes of SPEC")]
            Weights in "score.weight" {
                $($code: f64 = $weight, "points", 0.0 to 100.0, "weight in the coverage", "SPEC 11.2, our choice";)*
            }
        );
        section!(
            /// Points for mild, moderate, severe (SPEC 11.2).
            #[allow(non_snake_case, reason = "codes of SPEC")]
            Deductions in "score.deduct" {
                $($code: Up<3> = Up::of($points), "points", 0.0 to 100.0, "points that it costs", "SPEC 11.2, our choice";)*
            }
        );
        impl Weights {
            /// The weight of a check; `None` when it carries no points.
            pub fn get(&self, code: &str) -> Option<f64> {
                match code { $(stringify!($code) => Some(self.$code),)* _ => None }
            }
        }
        impl Deductions {
            /// The points of a check; `None` when it carries none.
            pub fn get(&self, code: &str) -> Option<[f64; 3]> {
                match code { $(stringify!($code) => Some(self.$code.array()),)* _ => None }
            }
        }
    };
}

scored!(
    E1 = 20.0, [8.0, 16.0, 30.0];
    E2 = 12.0, [5.0, 10.0, 16.0];
    E3 = 15.0, [6.0, 12.0, 20.0];
    E4 = 13.0, [5.0, 10.0, 18.0];
    E5 = 2.0, [1.0, 2.0, 3.0];
    S1 = 3.0, [2.0, 3.0, 5.0];
    S2 = 8.0, [3.0, 6.0, 10.0];
    S3 = 3.0, [2.0, 3.0, 5.0];
    S4 = 6.0, [2.0, 5.0, 8.0];
    S5 = 5.0, [2.0, 4.0, 6.0];
    S9 = 2.0, [1.0, 2.0, 3.0];
    P1 = 4.0, [2.0, 4.0, 6.0];
    P2 = 6.0, [3.0, 6.0, 9.0];
    P3 = 4.0, [2.0, 3.0, 5.0];
    P4 = 5.0, [2.0, 5.0, 7.0];
    P5 = 6.0, [3.0, 5.0, 8.0];
    P6 = 8.0, [4.0, 8.0, 14.0];
    P7 = 3.0, [1.0, 3.0, 4.0];
    T2 = 3.0, [2.0, 3.0, 5.0];
);
section!(
    /// SPEC 11.2.
    Score in "score" {
        median_share: f64 = 0.7, "share", 0.0 to 1.0, "weight of the median rep in the set score", "SPEC 11.2, our choice";
        min_share: f64 = 0.3, "share", 0.0 to 1.0, "weight of the worst rep in the set score", "SPEC 11.2, our choice";
        cluster_share: f64 = 0.5, "share", 0.0 to 1.0, "share of the lesser deductions of one causal cluster", "SPEC 11.2, our choice";
        half_share: f64 = 0.5, "share", 0.0 to 1.0, "share of the deduction for an upper back alone", "SPEC 6.1, 11.2";
        bands: Down<3> = Down::of([90.0, 75.0, 60.0]), "points", 0.0 to 100.0, "lowest scores of the bands", "SPEC 11.2, our choice";
        draws: usize = 400, "draws", 200.0 to 100000.0, "draws of the bootstrap", "SPEC 11.2";
        bias_share: f64 = 0.5,
            "share", 0.0 to 1.0, "share of the error variance that all reps of a set have in common", "SPEC 13, our choice";
        seed: u32 = 20260101, "number", 0.0 to 4294967295.0, "seed of the bootstrap", "SPEC 11.2: fixed";
    } with {
        /// By check, for the coverage.
        weight: Weights,
        /// By check and severity.
        deduct: Deductions,
    }
);
