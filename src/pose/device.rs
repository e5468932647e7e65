//! Where networks run: on the processor, or on what the runtime library offers besides.
//!
//! A device that computes in another precision, or wrongly, moves landmarks: [`Device::Auto`] takes one only if a stored
//! picture's landmarks come out the same there as on the processor, so that it never changes what is measured.

use super::PoseError;
use crate::device::Device;

/// Landmarks of one picture, px of a crop of 256.
pub type Points = Vec<[f32; 2]>;

/// What devices there are, and what a network says on each.
pub trait Devices {
    /// Those that the runtime library was built for, besides the processor.
    fn offered(&self) -> Result<Vec<Device>, PoseError>;
    /// Landmarks that the network sees in the stored picture on this device.
    fn points(&self, device: Device) -> Result<Points, PoseError>;
}

/// A landmark of the stored picture may lie this far from where the processor sees it, px of a crop of 256: a tenth of what
/// jitter moves it from frame to frame.
pub const MOST_APART_PX: f32 = 0.2;

/// The device to run on, and why it is not the one that might have been expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub device: Device,
    pub note: Option<String>,
}

/// Decides where to run. A device that was asked for by name must be there; whether it agrees is told in a note.
pub fn choose(wanted: Device, devices: &dyn Devices) -> Result<Chosen, PoseError> {
    let cpu = |note| Ok(Chosen { device: Device::Cpu, note });
    if wanted == Device::Cpu {
        return cpu(None);
    }
    let offered = devices.offered()?;
    if wanted != Device::Auto {
        if !offered.contains(&wanted) {
            return Err(PoseError::NoDevice { device: wanted, cause: there_is(&offered) });
        }
        // One that the library was built for may lack its driver or its own libraries.
        let apart = apart(wanted, devices).map_err(|e| PoseError::NoDevice { device: wanted, cause: e.to_string() })?;
        let note = (apart > MOST_APART_PX).then(|| differs(wanted, apart));
        return Ok(Chosen { device: wanted, note });
    }
    let mut notes = Vec::new();
    for device in Device::OTHERS.into_iter().filter(|d| offered.contains(d)) {
        match apart(device, devices) {
            Ok(apart) if apart <= MOST_APART_PX => return Ok(Chosen { device, note: None }),
            Ok(apart) => notes.push(differs(device, apart)),
            Err(e) => notes.push(format!("{} cannot be used: {e}", device.name())),
        }
    }
    cpu((!notes.is_empty()).then(|| format!("{}; the processor is used", notes.join("; "))))
}

fn there_is(offered: &[Device]) -> String {
    let names: Vec<&str> = std::iter::once(Device::Cpu).chain(offered.iter().copied()).map(Device::name).collect();
    format!("the runtime library offers {}", names.join(", "))
}

fn differs(device: Device, apart: f32) -> String {
    format!("{} moves landmarks by up to {apart:.1} px of 256 against the processor", device.name())
}

/// How far the farthest landmark lies from where the processor sees it, px; infinite where one of them sees nobody.
fn apart(device: Device, devices: &dyn Devices) -> Result<f32, PoseError> {
    let (own, cpu) = (devices.points(device)?, devices.points(Device::Cpu)?);
    if own.is_empty() || own.len() != cpu.len() {
        return Ok(f32::INFINITY);
    }
    let far = own.iter().zip(&cpu).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]));
    Ok(far.fold(0.0, |most, d| if d > most || d.is_nan() { d } else { most }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Devices that shift every landmark, or fail.
    struct Fake {
        shifts: Vec<(Device, Option<f32>)>,
        asked: RefCell<Vec<Device>>,
    }

    fn fake(shifts: &[(Device, Option<f32>)]) -> Fake {
        Fake { shifts: shifts.to_vec(), asked: RefCell::default() }
    }

    impl Devices for Fake {
        fn offered(&self) -> Result<Vec<Device>, PoseError> {
            Ok(self.shifts.iter().map(|s| s.0).collect())
        }

        fn points(&self, device: Device) -> Result<Points, PoseError> {
            self.asked.borrow_mut().push(device);
            let shift = match self.shifts.iter().find(|s| s.0 == device) {
                None => Some(0.0),
                Some(known) => known.1,
            };
            let shift = shift.ok_or(PoseError::Inference { cause: "no driver".into() })?;
            Ok((0..33).map(|i| [i as f32 + shift, 40.0]).collect())
        }
    }

    #[test]
    fn a_device_that_agrees_is_taken_by_itself() {
        let chosen = choose(Device::Auto, &fake(&[(Device::OpenVino, Some(0.05)), (Device::Cuda, Some(0.1))])).unwrap();
        assert_eq!(chosen, Chosen { device: Device::Cuda, note: None });
    }

    #[test]
    fn one_that_moves_landmarks_is_left_and_said_so() {
        let chosen = choose(Device::Auto, &fake(&[(Device::OpenVino, Some(1.5))])).unwrap();
        assert_eq!(chosen.device, Device::Cpu);
        assert!(chosen.note.unwrap().contains("openvino moves landmarks by up to 1.5 px"));
        let next = choose(Device::Auto, &fake(&[(Device::Cuda, None), (Device::OpenVino, Some(0.0))])).unwrap();
        assert_eq!(next, Chosen { device: Device::OpenVino, note: None });
    }

    #[test]
    fn one_that_says_no_number_agrees_with_nothing() {
        assert_eq!(choose(Device::Auto, &fake(&[(Device::Cuda, Some(f32::NAN))])).unwrap().device, Device::Cpu);
    }

    #[test]
    fn the_processor_alone_is_not_tried_out() {
        for wanted in [Device::Auto, Device::Cpu] {
            let devices = fake(&[]);
            assert_eq!(choose(wanted, &devices).unwrap(), Chosen { device: Device::Cpu, note: None });
            assert!(devices.asked.borrow().is_empty());
        }
    }

    #[test]
    fn a_device_asked_for_that_is_not_there_is_a_usage_error_with_the_way_to_get_it() {
        for (offered, said) in [(vec![], "offers cpu"), (vec![(Device::Cuda, None)], "no driver")] {
            let e = crate::Error::from(choose(Device::Cuda, &fake(&offered)).unwrap_err());
            assert_eq!(e.kind.exit_code(), 2);
            assert!(e.message.contains("--device cuda") && e.message.contains(said), "{e}");
            assert!(e.hint.contains("ORT_DYLIB_PATH"));
        }
    }

    #[test]
    fn a_device_asked_for_by_name_is_taken_with_a_word_of_warning() {
        let chosen = choose(Device::OpenVino, &fake(&[(Device::OpenVino, Some(1.5))])).unwrap();
        assert!(chosen.device == Device::OpenVino && chosen.note.is_some());
    }
}
