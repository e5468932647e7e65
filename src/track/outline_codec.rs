//! Outlines are saved as integers: tenths of a pixel, first point absolute, the rest as steps.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) const STEPS_PER_PX: f64 = 10.0;

pub fn serialize<S: Serializer>(outlines: &[Vec<[f64; 2]>], serializer: S) -> Result<S::Ok, S::Error> {
    let coded: Vec<Vec<i32>> = outlines
        .iter()
        .map(|outline| {
            let (mut px, mut py) = (0, 0);
            outline
                .iter()
                .flat_map(|[x, y]| {
                    let (ix, iy) = ((x * STEPS_PER_PX).round() as i32, (y * STEPS_PER_PX).round() as i32);
                    let step = [ix - px, iy - py];
                    (px, py) = (ix, iy);
                    step
                })
                .collect()
        })
        .collect();
    coded.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<[f64; 2]>>, D::Error> {
    let coded = Vec::<Vec<i32>>::deserialize(deserializer)?;
    Ok(coded
        .into_iter()
        .map(|steps| {
            let (mut x, mut y) = (0i64, 0i64);
            steps
                .chunks_exact(2)
                .map(|s| {
                    (x, y) = (x + i64::from(s[0]), y + i64::from(s[1]));
                    [x as f64 / STEPS_PER_PX, y as f64 / STEPS_PER_PX]
                })
                .collect()
        })
        .collect())
}
