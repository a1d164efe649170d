//! `model = "…"`, or several in the order in which they are asked.

use syn::{Expr, spanned::Spanned};

use super::{Text, Texts};
use crate::{
    diag::{Errors, say},
    grammar::options::{Constant, Entry, ToConstant, Value},
};

/// One, or several.
#[derive(Debug, Clone)]
pub(crate) enum Models {
    One(Text),
    Several(Texts),
}

impl Value for Models {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        match entry.value() {
            Ok(Expr::Array(none)) if none.elems.is_empty() => {
                errors.at(none.span(), say::takes_text(entry.key(), entry.example()));
                None
            }
            Ok(Expr::Array(_)) => Texts::read(entry, errors).map(Self::Several),
            _ => Text::read(entry, errors).map(Self::One),
        }
    }
}

impl ToConstant for Models {
    fn constant(&self) -> Constant {
        match self {
            Self::One(text) => Constant::OneText(text.0.clone()),
            Self::Several(texts) => texts.constant(),
        }
    }
}
