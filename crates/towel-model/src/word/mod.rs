//! Values that fit in one scalar, written the way people say them.

mod about;
mod address;
mod budget;
mod duration;
mod name;
mod number;
mod percent;
mod range;
mod rate;
mod size;
mod text;
mod time;
mod zone;

pub(crate) use about::{About, Fault, Json, Word, words};
pub(crate) use address::{Address, Email, Host, Path};
pub(crate) use duration::{Interval, Period};
pub(crate) use name::{MetricName, Name, SecretName, VariableName};
pub(crate) use number::{Port, Positive, SecretLength, Status, Threshold};
pub(crate) use percent::{Quantile, Share};
pub(crate) use text::Text;
pub(crate) use time::DayRange;
pub(crate) use zone::Zone;
