//! Reads `src/`: modules, what they define, import and name, and to which file a path points.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// From–to, files below `src/`.
pub type Imports = BTreeSet<(String, String)>;

/// One module: a file, or an inline `mod` in one.
#[derive(Debug, Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    items: BTreeSet<String>,
    uses: Vec<Use>,
    /// Paths in code, from `crate`, `super`, `self` or a child on.
    paths: BTreeSet<Vec<String>>,
    /// Paths that the documentation names.
    links: BTreeSet<Vec<String>>,
}

#[derive(Debug)]
struct Use {
    path: Vec<String>,
    /// The name it gives; `*` for all.
    name: String,
    public: bool,
}

/// All modules of the crate by their paths.
#[derive(Debug, Default)]
pub struct House {
    modules: BTreeMap<Vec<String>, Module>,
    pub files: BTreeSet<String>,
}

impl House {
    pub fn read(src: &Path) -> House {
        let mut house = House::default();
        let text = |file: &str| std::fs::read_to_string(src.join(file)).ok();
        house.add(vec![], "lib.rs", &text);
        // The binary's own file belongs to no module of the library: it names the crate from outside.
        house.add(vec!["main".into()], "main.rs", &text);
        house
    }

    pub fn of(files: &[(&str, &str)]) -> House {
        let mut house = House::default();
        house.add(vec![], "lib.rs", &|file| files.iter().find(|f| f.0 == file).map(|f| f.1.to_owned()));
        house
    }

    fn add(&mut self, path: Vec<String>, file: &str, text: &dyn Fn(&str) -> Option<String>) {
        let source = text(file).unwrap_or_else(|| panic!("{file} is missing"));
        let parsed = syn::parse_file(&source).unwrap_or_else(|e| panic!("{file}: {e}"));
        self.files.insert(file.to_owned());
        self.add_items(path, file, (&parsed.attrs, &parsed.items), text);
    }

    fn add_items(
        &mut self,
        path: Vec<String>,
        file: &str,
        (inner, items): (&[syn::Attribute], &[syn::Item]),
        text: &dyn Fn(&str) -> Option<String>,
    ) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        let mut reader = Reader { module: &mut module };
        inner.iter().for_each(|a| reader.visit_attribute(a));
        for item in items.iter().filter(|i| !is_test(attributes(i))) {
            match item {
                syn::Item::Mod(m) => {
                    let name = m.ident.to_string();
                    let mut inner = path.clone();
                    inner.push(name.clone());
                    match &m.content {
                        Some((_, items)) => self.add_items(inner, file, (&[], items), text),
                        None => self.add(inner, &place(&path, file, &name, text), text),
                    }
                    module.children.insert(name);
                }
                syn::Item::Use(u) => {
                    let public = !matches!(u.vis, syn::Visibility::Inherited);
                    flatten(&u.tree, &mut vec![], public, &mut module.uses);
                }
                other => {
                    module.items.extend(name_of(other));
                    let mut reader = Reader { module: &mut module };
                    reader.visit_item(other);
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// Every import between two files.
    pub fn imports(&self) -> Imports {
        self.edges(|m| (&m.uses, &m.paths))
    }

    /// Every file that another's documentation names.
    pub fn links(&self) -> Imports {
        self.edges(|m| (&[], &m.links))
    }

    fn edges(&self, of: impl Fn(&Module) -> (&[Use], &BTreeSet<Vec<String>>)) -> Imports {
        let mut imports = Imports::new();
        for (path, module) in &self.modules {
            let mut point = |target: &[String], skip_own: bool| {
                let Some(found) = self.resolve(path, target, 0) else { return };
                let to = &self.modules[&found];
                let own = skip_own && found.starts_with(path);
                if to.file != module.file && !own {
                    imports.insert((module.file.clone(), to.file.clone()));
                }
            };
            let (uses, paths) = of(module);
            for u in uses {
                // A module that shows what its children made does not thereby work with them.
                point(&u.path, u.public);
            }
            for target in paths {
                point(target, false);
            }
        }
        imports
    }

    /// The module that defines what a path, written in module `from`, names.
    fn resolve(&self, from: &[String], target: &[String], depth: usize) -> Option<Vec<String>> {
        if depth > 16 {
            return None;
        }
        let mut here: Vec<String> = from.to_vec();
        let mut rest = target;
        let mut rooted = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => here = vec![],
                "formcheck" if !rooted => here = vec![],
                "self" => {}
                "super" => {
                    here.pop()?;
                }
                _ => break,
            }
            (rest, rooted) = (after, true);
        }
        if !rooted && !self.names(&here, rest.first()?) {
            return None;
        }
        while let Some((name, after)) = rest.split_first() {
            let module = self.modules.get(&here)?;
            let mut child = here.clone();
            child.push(name.clone());
            if self.modules.contains_key(&child) {
                here = child;
                rest = after;
                continue;
            }
            if name == "*" || module.items.contains(name) {
                break;
            }
            // Through what the module itself imports or shows.
            let through =
                module.uses.iter().find(|u| u.name == *name && u.path != target).and_then(|u| self.resolve(&here, &u.path, depth + 1));
            let by_star = || {
                module.uses.iter().filter(|u| u.name == "*").find_map(|u| {
                    let all = self.resolve(&here, &u.path[..u.path.len() - 1], depth + 1)?;
                    let mut longer = vec!["crate".to_owned()];
                    longer.extend(all.iter().cloned());
                    longer.push(name.clone());
                    self.modules.get(&all).filter(|m| m.items.contains(name) || m.uses.iter().any(|u| u.name == *name || u.name == "*"))?;
                    self.resolve(&all, &longer, depth + 1)
                })
            };
            return through.or_else(by_star).or(Some(here));
        }
        Some(here)
    }

    /// Whether a bare name is one of a module's children.
    fn names(&self, module: &[String], name: &str) -> bool {
        self.modules.get(module).is_some_and(|m| m.children.contains(name))
    }
}

/// Where a child module's file lies.
fn place(parent: &[String], file: &str, name: &str, text: &dyn Fn(&str) -> Option<String>) -> String {
    let mut folder: PathBuf = parent.iter().collect();
    if file == "lib.rs" || file == "main.rs" {
        folder = PathBuf::new();
    }
    let at = |end: &str| folder.join(format!("{name}{end}")).to_string_lossy().into_owned();
    [at(".rs"), at("/mod.rs")].into_iter().find(|p| text(p).is_some()).unwrap_or_else(|| panic!("no file of module {name} of {file}"))
}

fn flatten(tree: &syn::UseTree, before: &mut Vec<String>, public: bool, out: &mut Vec<Use>) {
    let mut add = |last: Option<String>, name: String| {
        let mut path = before.clone();
        path.extend(last);
        out.push(Use { path, name, public });
    };
    match tree {
        syn::UseTree::Path(p) => {
            before.push(p.ident.to_string());
            flatten(&p.tree, before, public, out);
            before.pop();
        }
        syn::UseTree::Name(n) if n.ident == "self" => add(None, before.last().cloned().unwrap_or_default()),
        syn::UseTree::Name(n) => add(Some(n.ident.to_string()), n.ident.to_string()),
        syn::UseTree::Rename(r) => add(Some(r.ident.to_string()), r.rename.to_string()),
        syn::UseTree::Glob(_) => add(Some("*".into()), "*".into()),
        syn::UseTree::Group(g) => g.items.iter().for_each(|t| flatten(t, before, public, out)),
    }
}

/// `#[cfg(test)]` and `#[test]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|a| {
        a.path().is_ident("test")
            || a.path().is_ident("cfg")
                && a.meta.require_list().is_ok_and(|l| l.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|w| w == "test"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item::*;
    match item {
        Const(i) => &i.attrs,
        Enum(i) => &i.attrs,
        Fn(i) => &i.attrs,
        Impl(i) => &i.attrs,
        Macro(i) => &i.attrs,
        Mod(i) => &i.attrs,
        Static(i) => &i.attrs,
        Struct(i) => &i.attrs,
        Trait(i) => &i.attrs,
        Type(i) => &i.attrs,
        Use(i) => &i.attrs,
        _ => &[],
    }
}

fn name_of(item: &syn::Item) -> Option<String> {
    use syn::Item::*;
    Some(match item {
        Const(i) => i.ident.to_string(),
        Enum(i) => i.ident.to_string(),
        Fn(i) => i.sig.ident.to_string(),
        Macro(i) => i.ident.as_ref()?.to_string(),
        Static(i) => i.ident.to_string(),
        Struct(i) => i.ident.to_string(),
        Trait(i) => i.ident.to_string(),
        Type(i) => i.ident.to_string(),
        _ => return None,
    })
}

/// Gathers the paths and inner `use`s of an item's code, those inside macros too.
struct Reader<'a> {
    module: &'a mut Module,
}

impl Reader<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = vec![];
        let mut colons = 0;
        for token in tokens.into_iter().chain([TokenTree::from(proc_macro2::Punct::new(';', proc_macro2::Spacing::Alone))]) {
            match token {
                TokenTree::Punct(p) if p.as_char() == ':' => colons += 1,
                TokenTree::Ident(i) if colons == 2 && !path.is_empty() => {
                    path.push(i.to_string());
                    colons = 0;
                }
                other => {
                    if path.len() > 1 {
                        self.module.paths.insert(path.clone());
                    }
                    (path, colons) = (vec![], 0);
                    match other {
                        TokenTree::Ident(i) => path.push(i.to_string()),
                        TokenTree::Group(g) => self.tokens(g.stream()),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// The words of a string that are paths: `super::text::path` of serde, and those a documentation links to.
fn paths_in(text: &str) -> impl Iterator<Item = Vec<String>> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    words
        .filter(|w| w.starts_with("crate::") || w.starts_with("super::") || w.starts_with("self::"))
        .map(|w| w.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect())
}

impl Reader<'_> {
    fn strings(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Literal(l) => self.module.paths.extend(paths_in(&l.to_string())),
                TokenTree::Group(g) => self.strings(g.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, a: &'ast syn::Attribute) {
        match &a.meta {
            syn::Meta::List(l) => self.strings(l.tokens.clone()),
            syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(l), .. }) => {
                if let syn::Lit::Str(text) = &l.lit {
                    self.module.links.extend(paths_in(&text.value()));
                }
            }
            _ => {}
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.module.paths.insert(path.segments.iter().map(|s| s.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, m: &'ast syn::Macro) {
        self.tokens(m.tokens.clone());
        visit::visit_macro(self, m);
    }

    fn visit_item_use(&mut self, u: &'ast syn::ItemUse) {
        flatten(&u.tree, &mut vec![], false, &mut self.module.uses);
    }

    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        if !is_test(&f.attrs) {
            visit::visit_item_fn(self, f);
        }
    }

    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        if !is_test(&f.attrs) {
            visit::visit_impl_item_fn(self, f);
        }
    }
}
