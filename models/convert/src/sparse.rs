//! Dense copies of TFLite's sparse tensors.
//!
//! TFLite stores a sparse tensor as a tree of levels, outermost first. A level walks one axis: *dense* levels visit
//! every index, *sparse* levels only those listed (compressed rows: `segments[parent]..segments[parent + 1]` are the
//! positions of that parent's entries in `indices`). Axes numbered from the rank upwards are blocks: axis
//! `rank + b` walks inside blocks of axis `block_map[b]`. Values follow in the order in which the tree is walked.

use crate::error::{ConvertError, Result};
use crate::flatbuffer::Table;

enum Level {
    Dense { extent: usize },
    Sparse { segments: Vec<usize>, indices: Vec<usize> },
}

mod slots {
    pub const TRAVERSAL_ORDER: usize = 0;
    pub const BLOCK_MAP: usize = 1;
    pub const LEVELS: usize = 2;
    pub const LEVEL_FORMAT: usize = 0;
    pub const LEVEL_EXTENT: usize = 1;
    pub const SEGMENTS_TYPE: usize = 2;
    pub const SEGMENTS: usize = 3;
    pub const INDICES_TYPE: usize = 4;
    pub const INDICES: usize = 5;
}

/// Writes the values `raw` of a sparse tensor into zeros of the given `shape`.
///
/// The caller has checked that `shape` has a sensible number of elements.
pub fn densify(sparsity: Table, shape: &[usize], raw: &[u8], element_bytes: usize) -> Result<Vec<u8>> {
    let order = axes(sparsity.i32s(slots::TRAVERSAL_ORDER)?)?;
    let block_map = axes(sparsity.i32s(slots::BLOCK_MAP)?)?;
    let levels = sparsity.tables(slots::LEVELS)?.into_iter().map(level).collect::<Result<Vec<_>>>()?;
    fill(&levels, &order, &block_map, shape, raw, element_bytes)
}

fn fill(levels: &[Level], order: &[usize], block_map: &[usize], shape: &[usize], raw: &[u8], element_bytes: usize) -> Result<Vec<u8>> {
    let strides = level_strides(levels, order, block_map, shape)?;
    let elements: usize = shape.iter().product();
    let mut walk = Walk {
        levels,
        strides: &strides,
        values: raw.chunks_exact(element_bytes),
        element_bytes,
        // A sound tree visits a node for each element and, at each level, never more nodes than there are elements.
        steps_left: elements.saturating_mul(levels.len()),
        dense: vec![0; elements * element_bytes],
    };
    walk.descend(0, 0, 0)?;
    if walk.values.next().is_some() || !walk.values.remainder().is_empty() {
        return Err(malformed("it has more values than places"));
    }
    Ok(walk.dense)
}

fn malformed(why: &str) -> ConvertError {
    ConvertError::malformed(format!("a sparse tensor does not add up: {why}"))
}

fn axes(values: Vec<i32>) -> Result<Vec<usize>> {
    values.into_iter().map(|axis| usize::try_from(axis).map_err(|_| malformed("an axis is negative"))).collect()
}

fn level(table: Table) -> Result<Level> {
    match table.i8(slots::LEVEL_FORMAT, 0)? {
        0 => {
            let extent = table.i32(slots::LEVEL_EXTENT, 0)?;
            Ok(Level::Dense { extent: usize::try_from(extent).map_err(|_| malformed("an extent is negative"))? })
        }
        1 => Ok(Level::Sparse {
            segments: index_array(table, slots::SEGMENTS_TYPE, slots::SEGMENTS)?,
            indices: index_array(table, slots::INDICES_TYPE, slots::INDICES)?,
        }),
        other => Err(malformed(&format!("a level has the format {other}"))),
    }
}

/// Index arrays are a union of tables that each hold one vector of 32-, 16- or 8-bit numbers.
fn index_array(level: Table, type_slot: usize, slot: usize) -> Result<Vec<usize>> {
    let holder = level.table(slot)?.ok_or_else(|| malformed("an index array is missing"))?;
    match level.i8(type_slot, 0)? {
        1 => axes(holder.i32s(0)?),
        2 => Ok(holder.u16s(0)?.into_iter().map(usize::from).collect()),
        3 => Ok(holder.bytes(0)?.iter().copied().map(usize::from).collect()),
        other => Err(malformed(&format!("an index array has the type {other}"))),
    }
}

/// How far one step along each level moves in the dense tensor, in elements.
fn level_strides(levels: &[Level], order: &[usize], block_map: &[usize], shape: &[usize]) -> Result<Vec<usize>> {
    let rank = shape.len();
    let mismatch = || malformed("levels, axes and blocks disagree");
    if order.len() != levels.len() || order.len() != rank + block_map.len() || block_map.iter().any(|&axis| axis >= rank) {
        return Err(mismatch());
    }
    let mut block_extent = vec![1; rank];
    for (level, &axis) in levels.iter().zip(order) {
        if axis >= rank {
            let blocked = *block_map.get(axis - rank).ok_or_else(mismatch)?;
            let Level::Dense { extent } = level else {
                return Err(malformed("a block is not dense"));
            };
            block_extent[blocked] = *extent;
        }
    }
    let mut strides = vec![1_usize; rank];
    for axis in (0..rank.saturating_sub(1)).rev() {
        strides[axis] = strides[axis + 1] * shape[axis + 1];
    }
    let along = |&axis: &usize| {
        if axis < rank { strides[axis].saturating_mul(block_extent[axis]) } else { strides[block_map[axis - rank]] }
    };
    Ok(order.iter().map(along).collect())
}

/// A walk over the tree that hands each value its place.
struct Walk<'a> {
    levels: &'a [Level],
    strides: &'a [usize],
    values: std::slice::ChunksExact<'a, u8>,
    element_bytes: usize,
    steps_left: usize,
    dense: Vec<u8>,
}

impl Walk<'_> {
    /// Visits all below one node: `parent` is its position within its level, `offset` its place in elements.
    fn descend(&mut self, depth: usize, parent: usize, offset: usize) -> Result<()> {
        let levels = self.levels;
        match levels.get(depth) {
            None => self.place(offset),
            Some(Level::Dense { extent }) => {
                (0..*extent).try_for_each(|index| self.step(depth, parent.saturating_mul(*extent).saturating_add(index), index, offset))
            }
            Some(Level::Sparse { segments, indices }) => {
                let [from, to] = [parent, parent.saturating_add(1)].map(|at| segments.get(at).copied());
                let (Some(from), Some(to)) = (from, to) else {
                    return Err(malformed("a segment is missing"));
                };
                (from..to).try_for_each(|position| {
                    let index = *indices.get(position).ok_or_else(|| malformed("an index is missing"))?;
                    self.step(depth, position, index, offset)
                })
            }
        }
    }

    fn step(&mut self, depth: usize, position: usize, index: usize, offset: usize) -> Result<()> {
        // Without this limit a damaged file could describe a walk that never ends.
        self.steps_left = self.steps_left.checked_sub(1).ok_or_else(|| malformed("it has more nodes than elements"))?;
        let offset = offset.saturating_add(index.saturating_mul(self.strides[depth]));
        self.descend(depth + 1, position, offset)
    }

    fn place(&mut self, offset: usize) -> Result<()> {
        let value = self.values.next().ok_or_else(|| malformed("it has fewer values than places"))?;
        let start = offset.saturating_mul(self.element_bytes);
        let place = self.dense.get_mut(start..start.saturating_add(self.element_bytes));
        place.ok_or_else(|| malformed("a value lies outside"))?.copy_from_slice(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(extent: usize) -> Level {
        Level::Dense { extent }
    }

    fn sparse(segments: &[usize], indices: &[usize]) -> Level {
        Level::Sparse { segments: segments.to_vec(), indices: indices.to_vec() }
    }

    /// Compressed rows: 5 . . / . . 6 / . 7 .
    #[test]
    fn compressed_rows() {
        let levels = [dense(3), sparse(&[0, 1, 2, 3], &[0, 2, 1])];
        assert_eq!(fill(&levels, &[0, 1], &[], &[3, 3], &[5, 6, 7], 1).unwrap(), [5, 0, 0, 0, 0, 6, 0, 7, 0]);
    }

    /// A 2 × 4 matrix in blocks of 2 columns, of which the second in row 0 and the first in row 1 are stored.
    #[test]
    fn blocks_of_columns_with_wide_elements() {
        let levels = [dense(2), sparse(&[0, 1, 2], &[1, 0]), dense(2)];
        let raw = [1, 1, 2, 2, 3, 3, 4, 4];
        let expected = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 0, 0, 0];
        assert_eq!(fill(&levels, &[0, 1, 2], &[1], &[2, 4], &raw, 2).unwrap(), expected);
    }

    #[test]
    fn what_does_not_add_up_is_an_error() {
        let rows = || [dense(3), sparse(&[0, 1, 2, 3], &[0, 2, 1])];
        let fails = |levels: &[Level], raw: &[u8]| fill(levels, &[0, 1], &[], &[3, 3], raw, 1).unwrap_err().to_string();
        assert!(fails(&rows(), &[5, 6]).contains("fewer values"));
        assert!(fails(&rows(), &[5, 6, 7, 8]).contains("more values"));
        assert!(fails(&[dense(3), sparse(&[0, 1, 2], &[0, 2])], &[5, 6, 7]).contains("segment is missing"));
        assert!(fails(&[dense(3), sparse(&[0, 1, 2, 3], &[0, 2])], &[5, 6, 7]).contains("index is missing"));
        assert!(fails(&[dense(3), sparse(&[0, 1, 2, 3], &[0, 2, 9])], &[5, 6, 7]).contains("outside"));
        assert!(fails(&[dense(3)], &[5, 6, 7]).contains("disagree"));
        assert!(fails(&[dense(usize::MAX), sparse(&[0; 4], &[])], &[]).contains("segment is missing"));
        assert!(fails(&[dense(usize::MAX), dense(0)], &[]).contains("more nodes"));
    }
}
