//! A bounds-checked reader for the part of FlatBuffers that TFLite uses.
//!
//! A table starts with a signed offset back to its *vtable*, which lists where each field ("slot") of the table
//! lies; an absent slot means the field's default. Strings, vectors and sub-tables are reached by unsigned forward
//! offsets. All numbers are little-endian. Every read is checked, so a truncated file ends in an error.

use crate::error::{ConvertError, Result};

fn bytes_at(buffer: &[u8], offset: usize, length: usize) -> Result<&[u8]> {
    let end = offset.checked_add(length);
    end.and_then(|end| buffer.get(offset..end)).ok_or(ConvertError::Truncated { offset, wanted: length, available: buffer.len() })
}

fn array_at<const N: usize>(buffer: &[u8], offset: usize) -> Result<[u8; N]> {
    let mut array = [0; N];
    array.copy_from_slice(bytes_at(buffer, offset, N)?);
    Ok(array)
}

fn u16_at(buffer: &[u8], offset: usize) -> Result<usize> {
    Ok(usize::from(u16::from_le_bytes(array_at(buffer, offset)?)))
}

fn u32_at(buffer: &[u8], offset: usize) -> Result<usize> {
    Ok(u32::from_le_bytes(array_at(buffer, offset)?) as usize)
}

fn i32_at(buffer: &[u8], offset: usize) -> Result<i32> {
    Ok(i32::from_le_bytes(array_at(buffer, offset)?))
}

/// One table inside a buffer.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    buffer: &'a [u8],
    position: usize,
}

impl<'a> Table<'a> {
    /// The root table of a whole file.
    pub fn root(buffer: &'a [u8]) -> Result<Self> {
        Ok(Self { buffer, position: u32_at(buffer, 0)? })
    }

    /// Where the field in `slot` lies, `None` if the file leaves it at its default.
    fn field(&self, slot: usize) -> Result<Option<usize>> {
        let back = i64::from(i32_at(self.buffer, self.position)?);
        let vtable = usize::try_from(self.position as i64 - back)
            .map_err(|_| ConvertError::malformed("a table's description lies before the start of the file"))?;
        let entry = 4 + 2 * slot;
        if entry >= u16_at(self.buffer, vtable)? {
            return Ok(None);
        }
        Ok(match u16_at(self.buffer, vtable + entry)? {
            0 => None,
            relative => Some(self.position + relative),
        })
    }

    pub fn i8(&self, slot: usize, default: i8) -> Result<i8> {
        match self.field(slot)? {
            Some(offset) => Ok(i8::from_le_bytes(array_at(self.buffer, offset)?)),
            None => Ok(default),
        }
    }

    pub fn i32(&self, slot: usize, default: i32) -> Result<i32> {
        self.field(slot)?.map_or(Ok(default), |offset| i32_at(self.buffer, offset))
    }

    pub fn u32(&self, slot: usize) -> Result<usize> {
        self.field(slot)?.map_or(Ok(0), |offset| u32_at(self.buffer, offset))
    }

    /// Follows the forward offset stored in `slot`.
    fn target(&self, slot: usize) -> Result<Option<usize>> {
        match self.field(slot)? {
            Some(offset) => Ok(Some(offset + u32_at(self.buffer, offset)?)),
            None => Ok(None),
        }
    }

    pub fn table(&self, slot: usize) -> Result<Option<Table<'a>>> {
        Ok(self.target(slot)?.map(|position| Table { buffer: self.buffer, position }))
    }

    /// The bytes of a vector whose elements are `element_size` bytes; an absent vector is empty.
    fn vector(&self, slot: usize, element_size: usize) -> Result<&'a [u8]> {
        let Some(start) = self.target(slot)? else {
            return Ok(&[]);
        };
        let count = u32_at(self.buffer, start)?;
        bytes_at(self.buffer, start + 4, count.saturating_mul(element_size))
    }

    pub fn bytes(&self, slot: usize) -> Result<&'a [u8]> {
        self.vector(slot, 1)
    }

    pub fn string(&self, slot: usize) -> Result<String> {
        Ok(String::from_utf8_lossy(self.bytes(slot)?).into_owned())
    }

    pub fn i32s(&self, slot: usize) -> Result<Vec<i32>> {
        let (elements, _) = self.vector(slot, 4)?.as_chunks::<4>();
        Ok(elements.iter().map(|e| i32::from_le_bytes(*e)).collect())
    }

    pub fn u16s(&self, slot: usize) -> Result<Vec<u16>> {
        let (elements, _) = self.vector(slot, 2)?.as_chunks::<2>();
        Ok(elements.iter().map(|e| u16::from_le_bytes(*e)).collect())
    }

    pub fn tables(&self, slot: usize) -> Result<Vec<Table<'a>>> {
        let Some(start) = self.target(slot)? else {
            return Ok(Vec::new());
        };
        let count = self.vector(slot, 4)?.len() / 4;
        (0..count)
            .map(|index| {
                let entry = start + 4 + 4 * index;
                Ok(Table { buffer: self.buffer, position: entry + u32_at(self.buffer, entry)? })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root table with slot 0 = i32 7, slot 1 absent, slot 2 = the vector [1, 2].
    fn sample() -> Vec<u8> {
        let mut file = vec![16, 0, 0, 0, 0, 0];
        file.extend([10, 0, 12, 0, 4, 0, 0, 0, 8, 0]); // vtable at 6: own size, table size, slots 0 to 2
        file.extend([10, 0, 0, 0, 7, 0, 0, 0, 4, 0, 0, 0]); // table at 16
        file.extend([2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]); // vector at 28
        file
    }

    #[test]
    fn fields_defaults_and_vectors() {
        let file = sample();
        let root = Table::root(&file).unwrap();
        assert_eq!(root.i32(0, 3), Ok(7));
        assert_eq!(root.i32(1, 3), Ok(3));
        assert_eq!(root.i32s(2), Ok(vec![1, 2]));
        assert_eq!(root.i32s(3), Ok(vec![]));
        assert!(root.table(1).unwrap().is_none());
    }

    #[test]
    fn a_vector_that_runs_past_the_end_is_an_error() {
        let mut file = sample();
        file[28..32].copy_from_slice(&u32::MAX.to_le_bytes());
        let root = Table::root(&file).unwrap();
        assert!(matches!(root.i32s(2), Err(ConvertError::Truncated { offset: 32, .. })));
        assert!(root.tables(2).is_err());
    }

    #[test]
    fn a_description_before_the_file_is_an_error() {
        let mut file = sample();
        file[16..20].copy_from_slice(&i32::MAX.to_le_bytes());
        assert!(matches!(Table::root(&file).unwrap().i32(0, 0), Err(ConvertError::Malformed(_))));
    }

    #[test]
    fn every_truncation_is_an_error() {
        let file = sample();
        for length in 0..file.len() {
            let read = Table::root(&file[..length]).and_then(|root| root.i32s(2));
            assert!(read.is_err(), "{length} of {} bytes", file.len());
        }
    }
}
