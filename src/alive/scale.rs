//! One scale: the centimetres of the bar are those of the scale that the report tells.

use super::scenes::saved;
use crate::config::Config;
use crate::signals;

#[test]
fn the_bars_centimetres_are_made_with_the_scale_that_is_told() {
    // A plate that is told to be larger changes both alike.
    let larger = crate::config::parse("[plate]\ndiameter_cm = 48.0").unwrap();
    for name in ["side_right_clean", "shaken", "yaw12_e1"] {
        let track = saved(name);
        for config in [&Config::default(), &larger] {
            let signals = signals::movement(&track, config).unwrap();
            let scale = signals.scale.plate_px_per_cm.unwrap();
            let heights: Vec<(f64, f64)> =
                signals.bar.height_px.iter().zip(&signals.bar.height_cm).filter_map(|(px, cm)| Some(((*px)?, (*cm)?))).collect();
            assert!(heights.iter().any(|h| h.1 > 20.0), "{name}: nothing is lifted");
            assert!(heights.iter().all(|(px, cm)| (px - cm * scale).abs() < 1e-9), "{name}: {scale} px/cm");
        }
    }
}
