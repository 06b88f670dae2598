//! Random steps of programs that write while files are rotated.

use super::*;

/// A step of a log with two writers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Poll,
    Rotate,
    /// The writer with this index opens the present file, unless it is in a line.
    Reopen(usize),
    /// The writer with this index writes half a line, unless the other one is in a line.
    Write(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Poll),
        1 => Just(Step::Rotate),
        2 => (0..2_usize).prop_map(Step::Reopen),
        6 => (0..2_usize).prop_map(Step::Write),
    ];
    // Fewer rotations than files are kept.
    proptest::collection::vec(step, 0..60).prop_filter("too many rotations", |steps| {
        steps.iter().filter(|step| matches!(step, Step::Rotate)).count() < 16
    })
}

/// A program that writes lines in halves. Both halves of a line come to the same file.
struct Writer {
    index: usize,
    file: File,
    /// The number of rotations before the file was created.
    generation: usize,
    halves: usize,
}

impl Writer {
    fn is_in_line(&self) -> bool {
        self.halves % 2 == 1
    }

    fn write(&mut self) {
        let half = if self.is_in_line() { ",end\n".into() } else { self.line(self.halves / 2) };
        self.file.write_all(half.as_bytes()).expect("the directory is writable");
        self.halves += 1;
    }

    fn line(&self, number: usize) -> String {
        format!("{},{number}", self.index)
    }
}

/// The lines that are read while the steps are taken, and those that were written.
fn lines_of(steps: &[Step]) -> (Vec<String>, Vec<String>) {
    let mut scene = Scene::with(&["a", "a.1"], &[("a", b"")], |follower| follower);
    fn open(scene: &Scene) -> File {
        File::options().append(true).open(scene.path("a")).expect("the file exists")
    }
    let mut writers =
        [0, 1].map(|index| Writer { index, file: open(&scene), generation: 0, halves: 0 });
    let mut rotations = 0;
    let mut read = Vec::new();
    poll(&mut scene, &mut read);
    for step in steps {
        match *step {
            Step::Poll => poll(&mut scene, &mut read),
            Step::Rotate => {
                rotate_all(&scene);
                rotations += 1;
            }
            Step::Reopen(index) if !writers[index].is_in_line() => {
                writers[index].file = open(&scene);
                writers[index].generation = rotations;
            }
            Step::Write(index) => {
                let other = &writers[1 - index];
                if !other.is_in_line() || other.generation != writers[index].generation {
                    writers[index].write();
                }
            }
            Step::Reopen(_) => {}
        }
    }
    for writer in writers.iter_mut().filter(|writer| writer.is_in_line()) {
        writer.write();
    }
    poll(&mut scene, &mut read);
    let mut lines: Vec<String> =
        String::from_utf8_lossy(&read).lines().map(str::to_string).collect();
    lines.sort_unstable();
    let mut written: Vec<String> = Vec::new();
    for writer in &writers {
        written.extend((0..writer.halves / 2).map(|number| writer.line(number) + ",end"));
    }
    written.sort_unstable();
    (lines, written)
}

fn poll(scene: &mut Scene, read: &mut Vec<u8>) {
    read.extend(bytes(&scene.events()));
}

fn rotate_all(scene: &Scene) {
    for number in (1..20).rev().filter(|number| scene.path(&format!("a.{number}")).exists()) {
        scene.rename(&format!("a.{number}"), &format!("a.{}", number + 1));
    }
    scene.rename("a", "a.1");
    scene.append("a", "");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(200)
    })]

    /// Also if the rotated file is followed, and if there are several rotations between two polls.
    #[test]
    fn each_line_of_several_writers_is_read_once(steps in steps()) {
        let (read, written) = lines_of(&steps);
        prop_assert_eq!(read, written);
    }
}
