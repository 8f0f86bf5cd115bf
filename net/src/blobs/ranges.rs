//! Between byte ranges and the chunks of 1024 bytes in which blobs are hashed.

use std::ops::Range;

use iroh_blobs::{
    api::blobs::Bitfield,
    protocol::{ChunkRanges, ChunkRangesExt},
};

/// Bytes of a chunk.
const CHUNK_BYTES: u64 = 1024;

/// The chunks that have any of these bytes; all of them if there are no ranges.
pub(super) fn chunks(ranges: &[Range<u64>]) -> ChunkRanges {
    if ranges.is_empty() {
        return ChunkRanges::all();
    }
    let asked = ranges.iter().filter(|range| !range.is_empty());
    asked.fold(ChunkRanges::empty(), |chunks, range| chunks | ChunkRanges::bytes(range.clone()))
}

/// The byte ranges that a bitfield says are held, ascending and apart.
pub(super) fn held(bitfield: &Bitfield) -> Vec<Range<u64>> {
    let boundaries = bitfield.ranges.boundaries();
    let bytes = |chunk: u64| chunk.saturating_mul(CHUNK_BYTES).min(bitfield.size());
    let pairs =
        boundaries.chunks(2).map(|pair| bytes(pair[0].0)..pair.get(1).map_or(bitfield.size(), |end| bytes(end.0)));
    pairs.filter(|range| !range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_widened_to_chunks() {
        assert_eq!(chunks(&[]), ChunkRanges::all());
        assert_eq!(chunks(&[1..2, 5000..5000]), ChunkRanges::chunks(0..1));
        assert_eq!(chunks(&[0..1024, 2047..2049]), ChunkRanges::chunks(0..3));
    }

    #[test]
    fn a_bitfield_is_cut_to_its_size() {
        assert_eq!(held(&Bitfield::complete(1500)), vec![0..1500]);
        assert_eq!(held(&Bitfield::empty()), vec![]);
        let parts = ChunkRanges::chunks(1..2) | ChunkRanges::chunks(3..);
        assert_eq!(held(&Bitfield::new(parts, 5000)), vec![1024..2048, 3072..5000]);
    }
}
