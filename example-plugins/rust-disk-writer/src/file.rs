//! A file that is appended to until it is large; then it gets a number, and a new one begins.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub struct RotatingFile {
    path: PathBuf,
    max_bytes: u64,
    /// How many of those before it stay: `path.1` is the one before it.
    keep: u64,
    file: BufWriter<File>,
    bytes: u64,
    lines: u64,
}

impl RotatingFile {
    /// Goes on with a file that is there.
    pub fn open(path: PathBuf, max_bytes: u64, keep: u64) -> io::Result<Self> {
        let file = append_to(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, max_bytes, keep, file: BufWriter::new(file), bytes, lines: 0 })
    }

    /// One line is never cut in two: a file may be larger than it should by less than a line.
    pub fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes >= self.max_bytes {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        self.lines += 1;
        Ok(())
    }

    /// Hands what is held back to the system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// And has the system write it to the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }

    pub fn lines(&self) -> u64 {
        self.lines
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file.flush()?;
        for number in (1..self.keep).rev() {
            rename_if_there(&numbered(&self.path, number), &numbered(&self.path, number + 1))?;
        }
        if self.keep == 0 {
            fs::remove_file(&self.path)?;
        } else {
            rename_if_there(&self.path, &numbered(&self.path, 1))?;
        }
        self.file = BufWriter::new(append_to(&self.path)?);
        self.bytes = 0;
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn numbered(path: &Path, number: u64) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// An empty place for a test.
#[cfg(test)]
pub fn scratch(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("rust-disk-writer-{}-{name}", std::process::id()));
    _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory.join("values.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(path: &Path) -> Vec<(String, u64)> {
        let entries = fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap);
        let mut files: Vec<_> = entries
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_large_file_makes_room() {
        let path = scratch("rotation");
        let mut file = RotatingFile::open(path.clone(), 100, 2).unwrap();
        for number in 0..50 {
            file.append(format!("line {number:4}\n").as_bytes()).unwrap();
        }
        file.flush().unwrap();
        // Ten lines a file; the first three files have made room.
        let expected = [("values.txt", 100), ("values.txt.1", 100), ("values.txt.2", 100)];
        assert_eq!(files(&path), expected.map(|(name, bytes)| (name.to_owned(), bytes)));
        assert!(fs::read_to_string(&path).unwrap().starts_with("line   40\n"));
        assert!(fs::read_to_string(numbered(&path, 2)).unwrap().starts_with("line   20\n"));
    }

    #[test]
    fn a_file_that_is_there_goes_on() {
        let path = scratch("goes-on");
        fs::write(&path, "before\n").unwrap();
        let mut file = RotatingFile::open(path.clone(), 10, 0).unwrap();
        file.append(b"after\n").unwrap();
        file.sync().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nafter\n");
        file.append(b"new\n").unwrap();
        file.flush().unwrap();
        assert_eq!(files(&path), [("values.txt".to_owned(), 4)]);
    }

    #[test]
    fn a_directory_is_no_file() {
        assert!(RotatingFile::open(scratch("directory").parent().unwrap().into(), 10, 0).is_err());
    }
}
