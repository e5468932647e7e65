//! Where the hands are: the wrist where it is seen, else the straight arm (shoulder to elbow) drawn out.
//! The bar hides the wrists in most frames of a deadlift, and its lifter's arms are straight.

/// Forearm to the grip against the upper arm between the networks' shoulder and elbow points.
const GRIP_OF_UPPER_ARM: f64 = 0.95;
/// What a drawn-out arm is worth against a seen wrist.
const DRAWN_OUT: f64 = 0.5;
/// Least worth of a place.
const LEAST: f64 = 0.2;

/// Shoulder, elbow and wrist of one side: x px, y px, visibility 0…1.
pub type Arm = [[f64; 3]; 3];

/// Middle of the hands, px; `None` when neither arm is seen well enough.
pub fn hands(arms: &[Arm]) -> Option<[f64; 2]> {
    let places: Vec<[f64; 3]> = arms.iter().map(hand).filter(|h| h[2] >= LEAST).collect();
    // A side seen twice as well counts four times: the far hand is mostly a guess.
    let weight: f64 = places.iter().map(|h| h[2] * h[2]).sum();
    let mean = |axis: usize| places.iter().map(|h| h[axis] * h[2] * h[2]).sum::<f64>() / weight;
    (!places.is_empty()).then(|| [mean(0), mean(1)])
}

/// One hand: x px, y px, worth 0…1.
fn hand([shoulder, elbow, wrist]: &Arm) -> [f64; 3] {
    let drawn = DRAWN_OUT * shoulder[2].min(elbow[2]);
    let sum = (wrist[2] + drawn).max(1e-9);
    let at = |axis: usize| {
        let end = elbow[axis] + GRIP_OF_UPPER_ARM * (elbow[axis] - shoulder[axis]);
        (wrist[2] * wrist[axis] + drawn * end) / sum
    };
    [at(0), at(1), wrist[2].max(drawn)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_wrist_is_taken_from_the_arm_above_it() {
        let seen = [[100.0, 100.0, 1.0], [100.0, 200.0, 1.0], [100.0, 290.0, 1.0]];
        let hidden = [[100.0, 100.0, 1.0], [100.0, 200.0, 1.0], [400.0, 20.0, 0.02]];
        let (a, b) = (hands(&[seen]).unwrap(), hands(&[hidden]).unwrap());
        assert!((a[1] - 291.7).abs() < 1.0 && (b[1] - 284.6).abs() < 3.0 && (b[0] - 111.5).abs() < 1.0, "{a:?} {b:?}");
        let guess = [[0.0, 0.0, 0.1], [0.0, 0.0, 0.1], [900.0, 900.0, 0.1]];
        assert!((hands(&[seen, guess]).unwrap()[0] - 100.0).abs() < 1.0);
        assert_eq!(hands(&[guess]), None);
    }
}
