//! Writes the base and the overlays, one group of objects after another: a big product's objects are never all in
//! memory at once.

use towel_check::CheckedStack;

use super::folder::Folder;
use super::image::Images;
use super::layer::Settings;
use super::sort::sort;
use crate::file::Files;
use crate::kubernetes::object::Object;
use crate::kubernetes::objects::{Group, Kinds, Scene, access};
use crate::yaml::Map;
use crate::{File, Target, names};

/// Groups that are worth a thread.
const MANY: usize = 250;

/// Writes the folders of all environments.
pub(crate) fn write(stacks: &[&CheckedStack], files: &mut Files) {
    let scenes: Vec<Scene<'_>> = stacks.iter().map(|stack| Scene::of(stack)).collect();
    let folders = stacks.iter().map(|stack| Folder::overlay(&stack.environment.name)).collect();
    let work = Work { images: Images::of(stacks), base: Folder::base(), folders, scenes: &scenes };
    let mut done = work.all(&Group::all(&scenes));
    done.access(&work);
    for file in done.files {
        files.text(file.path, file.contents);
    }
    let has_base = !done.base.resources.is_empty() || !done.base.generators.is_empty();
    if has_base {
        work.base.settle(Map::new(), done.base, Vec::new(), files);
    }
    for ((folder, scene), mut settings) in work.folders.iter().zip(&scenes).zip(done.overlays) {
        settings.resources.splice(..0, has_base.then(|| "../../base".to_owned()));
        let head = Map::new().with("namespace", names::namespace(scene.stack));
        folder.settle(head, settings, work.images.of_overlay(scene.stack), files);
    }
}

/// What is to be written.
struct Work<'w, 'a> {
    scenes: &'w [Scene<'a>],
    images: Images<'a>,
    base: Folder,
    folders: Vec<Folder>,
}

/// What has been written.
struct Done {
    files: Vec<File>,
    base: Settings,
    overlays: Vec<Settings>,
    kinds: Vec<Kinds>,
}

impl<'a> Work<'_, 'a> {
    /// Groups know nothing of each other, so many of them are written side by side.
    fn all(&self, groups: &[Group<'a>]) -> Done {
        let done = std::thread::scope(|scope| {
            let threads: Vec<_> = groups.chunks(MANY).map(|some| scope.spawn(|| self.some(some))).collect();
            let ended = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect::<Vec<Done>>()
        });
        done.into_iter().fold(Done::nothing(self.scenes.len()), Done::and)
    }

    fn some(&self, groups: &[Group<'a>]) -> Done {
        let mut done = Done::nothing(self.scenes.len());
        let mut files = Files::new(Target::Kubernetes);
        for group in groups {
            let objects: Vec<_> = self.scenes.iter().map(|scene| group.objects(scene)).collect();
            for (kinds, objects) in done.kinds.iter_mut().zip(&objects) {
                kinds.extend(objects.iter().map(|object| (object.api, object.kind)));
            }
            self.write(objects, &mut done, &mut files);
        }
        done.files = files.into_vec();
        done
    }

    fn write(&self, objects: Vec<Vec<Object<'a>>>, done: &mut Done, files: &mut Files) {
        let layers = sort(objects, &self.images);
        done.base.append(self.base.write(layers.base, files));
        for ((folder, settings), layer) in self.folders.iter().zip(&mut done.overlays).zip(layers.overlays) {
            settings.append(folder.write(layer, files));
        }
    }
}

impl Done {
    fn nothing(environments: usize) -> Self {
        let overlays = (0..environments).map(|_| Settings::default()).collect();
        Self { files: Vec::new(), base: Settings::default(), overlays, kinds: vec![Kinds::new(); environments] }
    }

    fn and(mut self, other: Self) -> Self {
        self.files.extend(other.files);
        self.base.append(other.base);
        self.overlays.iter_mut().zip(other.overlays).for_each(|(one, other)| one.append(other));
        self.kinds.iter_mut().zip(other.kinds).for_each(|(one, other)| one.extend(other));
        self
    }

    /// Who may apply the kinds that there are.
    fn access(&mut self, work: &Work<'_, '_>) {
        let objects = work.scenes.iter().zip(&self.kinds).map(|(scene, kinds)| access(scene, kinds)).collect();
        let mut files = Files::new(Target::Kubernetes);
        work.write(objects, self, &mut files);
        self.files.extend(files.into_vec());
    }
}
