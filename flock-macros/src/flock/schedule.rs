//! The schedule of a flock: resolved, checked, and written out as Rust.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::{model::Flock, syntax::Written};
use crate::{
    diag::{Errors, say},
    emit::{
        self,
        options::{calls, expression},
    },
    grammar::{
        options::{Setting, Settings, ToConstant},
        values,
    },
    identity::Identity,
};

/// The shortest time for which a server makes up.
const SHORTEST_CATCH_UP: u64 = 10_000;

/// When a flock starts by itself, and how.
pub(super) struct Schedule {
    key: Span,
    when: values::Schedule,
    /// What is said beside it.
    set: Settings,
}

impl Schedule {
    pub(super) fn resolve(written: &Written, errors: &mut Errors) -> Option<Self> {
        let Written {
            schedule,
            time_zone,
            overlap,
            jitter,
            catch_up,
            ..
        } = written;
        let mut set = Settings::default();
        set.add("time_zone", time_zone);
        set.add("overlap", overlap);
        set.add("jitter", jitter);
        set.add("catch_up", catch_up);
        // One that is at fault counts: that it is missing would be said in vain.
        if !schedule.is_named() {
            for Setting { name, place, .. } in &set.0 {
                errors.at(*place, say::without_schedule(&name.to_string()));
            }
        }
        if let Some(limit) = catch_up.get()
            && limit.millis < SHORTEST_CATCH_UP
        {
            errors.at(limit.span, say::short_catch_up());
        }
        let when = schedule.get()?.clone();
        if let (values::Schedule::Every { .. }, Some(_)) = (&when, time_zone.get()) {
            errors.at(time_zone.place(), say::zone_of_interval());
        }
        Some(Self {
            key: schedule.place(),
            when,
            set,
        })
    }

    /// `ScheduleOptions`, as a constant.
    pub(super) fn expand(&self, private: &Path) -> TokenStream {
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
                let every = expression(&every.constant(), private);
                let offset = offset.map(|offset| {
                    let offset = expression(&offset.constant(), private);
                    quote!(.offset(#offset))
                });
                quote!(#private::ScheduleOptions::every(#every) #offset)
            }
        };
        let set = calls(&self.set, private);
        quote!(#schedule #set)
    }

    /// Can it start with no input? The compiler answers, under `schedule`.
    pub(super) fn check(&self, flock: &Flock) -> TokenStream {
        let Identity {
            private,
            ident,
            name,
            ..
        } = &flock.identity;
        let private = emit::private_at(self.key, private);
        quote_spanned! {self.key=>
            const _: () = #private::schedule::check::<<#ident as #private::Flock>::Input>(#name);
        }
    }
}
