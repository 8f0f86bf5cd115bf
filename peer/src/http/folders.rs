//! Folders of this computer, for choosing where fetched files go. Their names only, and none that is hidden.

use std::path::{Path, PathBuf};

use api::{
    Code, Problem,
    folders::{Folders, ListFolders, MAX_FOLDERS},
    routes,
};
use rustix::fs::{Access, access};

use super::router::Routes;
use crate::home::user;

pub fn routes(routes: Routes) -> Routes {
    routes.one::<routes::Folders, _>(|a| async move {
        let listed = tokio::task::spawn_blocking(move || list(&a.ask)).await;
        listed.unwrap_or_else(|fault| Err(Problem::new(Code::Internal, fault.to_string())))
    })
}

fn list(ask: &ListFolders) -> Result<Folders, Problem> {
    let home = user::home()?;
    let path = ask.path.as_ref().map_or_else(|| home.clone(), PathBuf::from);
    if !path.is_absolute() {
        return Err(Problem::new(Code::Usage, "a folder is named by its whole path"));
    }
    let folders = names(&path).map_err(|error| {
        let code = if error.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::File };
        Problem::new(code, format!("{} cannot be looked into", path.display())).why(error.to_string())
    })?;
    Ok(Folders {
        parent: path.parent().map(|parent| parent.display().to_string()),
        writable: access(&path, Access::WRITE_OK | Access::EXEC_OK).is_ok(),
        downloads: user::downloads(&home).display().to_string(),
        path: path.display().to_string(),
        folders,
    })
}

/// In the order of their names; a name that is not text cannot be asked for, and is left out.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort_by_key(|name| name.to_lowercase());
    names.truncate(MAX_FOLDERS);
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_listed_by_name_and_files_are_not() {
        let scratch = tempfile::tempdir().unwrap();
        for name in ["b", "A", ".hidden", "c"] {
            std::fs::create_dir(scratch.path().join(name)).unwrap();
        }
        std::fs::write(scratch.path().join("file"), "").unwrap();
        let listed = list(&ListFolders { path: Some(scratch.path().display().to_string()) }).unwrap();
        assert_eq!(listed.folders, ["A", "b", "c"]);
        assert!(listed.writable);
        assert_eq!(listed.parent, Some(scratch.path().parent().unwrap().display().to_string()));
        for (path, code) in [("relative", Code::Usage), ("/no/such/folder", Code::NotFound)] {
            assert_eq!(list(&ListFolders { path: Some(path.into()) }).unwrap_err().code, code);
        }
    }
}
