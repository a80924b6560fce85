//! Logos of applications: fetched by the server, decoded, cut to size, and written anew as PNG.
//!
//! A browser that looks at a consent page thus never asks an application's server for anything, and
//! gets no byte that the application chose. Raster only: an SVG is a program.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Mutex;

use actix_web::web::Bytes;
use hodlxxi_kernel::Timestamp;
use image::{ImageFormat, ImageReader, Limits};

/// Pixels on the longer side of what is served.
const SIDE: u32 = 128;
/// Pixels on either side that are decoded at most.
const LARGEST_SIDE: u32 = 2_048;
/// Memory that decoding may take, in bytes.
const LARGEST_ALLOC: u64 = 32 * 1024 * 1024;
/// For how long a logo is served again, in seconds; one that could not be had, for a shorter time.
const FRESH: i64 = 3_600;
const FRESH_FAILURE: i64 = 600;
/// Most logos kept.
const MAX_ENTRIES: usize = 256;

/// The logos served last, by the address they come from.
#[derive(Default)]
pub(crate) struct LogoCache(Mutex<HashMap<String, Entry>>);

struct Entry {
    until: Timestamp,
    logo: Logo,
}

/// What became of fetching a logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logo {
    /// The picture, as PNG.
    Png(Bytes),
    /// There is none to be had, for now.
    Missing,
}

impl LogoCache {
    /// What became of the logo from `uri`, if that is known.
    pub(crate) fn get(&self, uri: &str, now: Timestamp) -> Option<Logo> {
        let entries = self.0.lock().ok()?;
        let entry = entries.get(uri).filter(|entry| now < entry.until)?;
        Some(entry.logo.clone())
    }

    /// Keeps what came from `uri`.
    pub(crate) fn put(&self, uri: &str, logo: Logo, now: Timestamp) {
        let Ok(mut entries) = self.0.lock() else {
            return;
        };
        entries.retain(|_, entry| now < entry.until);
        if entries.len() >= MAX_ENTRIES {
            // Whichever goes is fetched again when it is next looked at.
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.until);
            if let Some(oldest) = oldest.map(|(uri, _)| uri.clone()) {
                entries.remove(&oldest);
            }
        }
        let until = now.plus(match logo {
            Logo::Png(_) => FRESH,
            Logo::Missing => FRESH_FAILURE,
        });
        entries.insert(uri.to_owned(), Entry { until, logo });
    }
}

impl Logo {
    /// A picture in one of the raster formats, as a PNG of at most 128 pixels a side; none if it is
    /// anything else, or larger than what is decoded.
    pub(crate) fn of(picture: &[u8]) -> Self {
        rewritten(picture).map_or(Self::Missing, Self::Png)
    }
}

fn rewritten(picture: &[u8]) -> Option<Bytes> {
    let mut reader = ImageReader::new(Cursor::new(picture))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(LARGEST_ALLOC);
    reader.limits(limits);
    let small = reader.decode().ok()?.thumbnail(SIDE, SIDE);
    let mut png = Cursor::new(Vec::new());
    small.to_rgba8().write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, RgbaImage};
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgba8(RgbaImage::new(width, height));
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn a_picture_is_cut_to_size_and_nothing_but_pictures_is_taken() {
        let small = image::load_from_memory(&rewritten(&png(400, 200)).unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (128, 64));
        assert!(rewritten(&png(2_049, 1)).is_none());
        assert!(rewritten(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>").is_none());
        assert!(rewritten(b"").is_none());
    }

    #[test]
    fn what_follows_a_picture_is_not_served() {
        let mut file = png(8, 8);
        file.extend_from_slice(b"<script>alert(1)</script>");
        let served = rewritten(&file).unwrap();
        assert!(!served.windows(7).any(|bytes| bytes == b"<script"));
    }

    #[test]
    fn the_cache_forgets_in_time_and_stays_small() {
        let cache = LogoCache::default();
        let now = Timestamp::from_unix(1_000);
        cache.put("a", Logo::Missing, now);
        assert_eq!(cache.get("a", now), Some(Logo::Missing));
        assert_eq!(cache.get("a", now.plus(FRESH_FAILURE)), None);
        for at in 0..2 * MAX_ENTRIES {
            cache.put(&at.to_string(), Logo::Png(Bytes::new()), now);
        }
        assert!(cache.0.lock().unwrap().len() <= MAX_ENTRIES);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..60) {
            let _ = rewritten(&bytes);
            let mut file = png(4, 4);
            file.truncate(cut);
            file.append(&mut bytes);
            let _ = rewritten(&file);
        }
    }
}
