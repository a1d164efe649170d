//! How many tasks are worked on at a time, and how many polls are open, in the SDK's own words.

use temporalio_sdk::runtime::{
    AutoscalingOptions, PollerBehavior,
    worker_tuner::{
        FixedSizeSlotSupplier, ResourceBasedController, ResourceBasedSlotOptions,
        ResourceBasedSlotsForType, ResourceBasedTunerOptions, SlotSupplier, TunerHolder,
    },
};

use super::queues::Serves;
use crate::config::{Amount, Pollers, QueueSettings};

/// Nexus operations are not served; the SDK wants a number for them.
const NEXUS_SLOTS: usize = 1;

/// The tuners of a worker's queues: those of the same targets share what they know of the machine.
#[derive(Default)]
pub(super) struct Tuners {
    controllers: Vec<(ResourceBasedTunerOptions, ResourceBasedController)>,
}

impl Tuners {
    pub(super) fn of(&mut self, settings: &QueueSettings, serves: Serves) -> TunerHolder {
        let remote = match serves.agents {
            true => settings.activity_slots,
            // Where `local` agents alone are registered, the SDK would poll for others as well, with a slot in
            // hand for each poll. Without slots there are no polls.
            false => Amount::Fixed(0),
        };
        TunerHolder::builder()
            .workflow_task_slot_supplier(self.slots(settings.workflow_slots))
            .activity_task_slot_supplier(self.slots(remote))
            .local_activity_task_slot_supplier(self.slots(settings.local_activity_slots))
            .nexus_task_slot_supplier(FixedSizeSlotSupplier::new(NEXUS_SLOTS))
            .build()
    }

    fn slots(&mut self, amount: Amount) -> SlotSupplier {
        match amount {
            Amount::Fixed(slots) => FixedSizeSlotSupplier::new(slots).into(),
            Amount::Tuned { cpu, memory, most } => {
                let targets = ResourceBasedTunerOptions::builder()
                    .target_cpu_usage(cpu)
                    .target_memory_usage(memory)
                    .build();
                let options = ResourceBasedSlotOptions::builder().maybe_maximum_slots(most);
                ResourceBasedSlotsForType::with_controller(
                    self.controller(targets),
                    options.build(),
                )
                .into()
            }
        }
    }

    fn controller(&mut self, targets: ResourceBasedTunerOptions) -> ResourceBasedController {
        if let Some((_, known)) = self.controllers.iter().find(|(of, _)| *of == targets) {
            return known.clone();
        }
        let controller = ResourceBasedController::new(targets);
        self.controllers.push((targets, controller.clone()));
        controller
    }
}

/// Pollers, as the SDK has them.
pub(super) fn behavior(pollers: Pollers) -> PollerBehavior {
    match pollers {
        Pollers::Fixed(count) => PollerBehavior::SimpleMaximum(count),
        Pollers::Autoscaling { min, max, initial } => PollerBehavior::Autoscaling(
            AutoscalingOptions::builder()
                .minimum(min)
                .maximum(max)
                .initial(initial)
                .build(),
        ),
    }
}
