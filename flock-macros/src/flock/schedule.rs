//! The schedule of a flock: resolved, checked, and written out as Rust.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;

use super::{model::Flock, syntax::Written};
use crate::{
    diag::{Errors, say},
    emit::{self, Keys},
    grammar::values::{self, Keyed, Millis, Overlap, TimeZone},
};

/// The shortest time for which a server makes up.
const SHORTEST_CATCH_UP: u64 = 10_000;

/// When a flock starts by itself, and how.
pub(super) struct Schedule {
    key: Span,
    when: values::Schedule,
    time_zone: Option<TimeZone>,
    overlap: Option<Overlap>,
    jitter: Option<Millis>,
    catch_up: Option<Millis>,
}

impl Schedule {
    /// Takes its options out of `written`.
    pub(super) fn resolve(written: &mut Written, errors: &mut Errors) -> Option<Self> {
        // One that is at fault counts: that it is missing would be said in vain.
        let is_scheduled = written.schedule.is_some();
        let schedule = errors.take(written.schedule.take());
        let time_zone = errors.take(written.time_zone.take());
        let overlap = errors.take(written.overlap.take());
        let jitter = errors.take(written.jitter.take());
        let catch_up = errors.take(written.catch_up.take());
        if !is_scheduled {
            let keys = [
                ("time_zone", time_zone.as_ref().map(|given| given.key)),
                ("overlap", overlap.as_ref().map(|given| given.key)),
                ("jitter", jitter.as_ref().map(|given| given.key)),
                ("catch_up", catch_up.as_ref().map(|given| given.key)),
            ];
            for (name, key) in keys {
                if let Some(key) = key {
                    errors.at(key, say::without_schedule(name));
                }
            }
        }
        if let Some(limit) = &catch_up
            && limit.value.millis < SHORTEST_CATCH_UP
        {
            errors.at(limit.value.span, say::short_catch_up());
        }
        let Keyed { key, value: when } = schedule?;
        if let (values::Schedule::Every { .. }, Some(time_zone)) = (&when, &time_zone) {
            errors.at(time_zone.key, say::zone_of_interval());
        }
        Some(Self {
            key,
            when,
            time_zone: time_zone.map(|given| given.value),
            overlap: overlap.map(|given| given.value),
            jitter: jitter.map(|given| given.value),
            catch_up: catch_up.map(|given| given.value),
        })
    }

    /// `ScheduleOptions`, as a constant.
    pub(super) fn expand(&self, keys: &Keys, private: &Path) -> TokenStream {
        let schedule = match &self.when {
            values::Schedule::Cron { text, cron } => {
                let fields = [
                    cron.minutes,
                    cron.hours,
                    cron.days,
                    cron.months,
                    cron.weekdays,
                ];
                quote!(#private::ScheduleOptions::cron(#text, [#(#fields),*]))
            }
            values::Schedule::Every { every, offset } => {
                let every = duration(*every);
                let offset = offset.map(|offset| {
                    let offset = duration(offset);
                    quote!(.offset(#offset))
                });
                quote!(#private::ScheduleOptions::every(#every) #offset)
            }
        };
        let [time_zone_name, overlap_name, jitter_name, catch_up_name] =
            ["time_zone", "overlap", "jitter", "catch_up"].map(|method| keys.field(method));
        let time_zone = self
            .time_zone
            .as_ref()
            .map(|TimeZone(name)| quote!(.#time_zone_name(#name)));
        let overlap = self.overlap.map(|Overlap(name)| {
            let name = format_ident!("{name}");
            quote!(.#overlap_name(#private::Overlap::#name))
        });
        let jitter = self.jitter.map(|jitter| {
            let jitter = duration(jitter);
            quote!(.#jitter_name(#jitter))
        });
        let catch_up = self.catch_up.map(|limit| {
            let limit = duration(limit);
            quote!(.#catch_up_name(#limit))
        });
        quote!(#schedule #time_zone #overlap #jitter #catch_up)
    }

    /// Can it start with no input? The compiler answers, under `schedule`.
    pub(super) fn check(&self, flock: &Flock) -> TokenStream {
        let Flock {
            private,
            ident,
            name,
            ..
        } = flock;
        let private = emit::private_at(self.key, private);
        quote_spanned! {self.key=>
            const _: () = #private::schedule::check::<<#ident as #private::Flock>::Input>(#name);
        }
    }
}

fn duration(limit: Millis) -> TokenStream {
    let millis = limit.millis;
    quote!(::core::time::Duration::from_millis(#millis))
}
