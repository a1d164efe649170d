//! What an answer costs: by the list price at the time it was given, so that a later list changes no run.

use super::{ModelChoice, Usage};

/// With the list price, where the answer itself names none.
#[cfg(feature = "models")]
pub(super) fn priced(usage: Usage, choice: &ModelChoice) -> Usage {
    use genai_prices::{PriceRequest, UsageKey};

    if let Some(told) = told(&usage, choice) {
        return told;
    }
    #[allow(clippy::cast_precision_loss, reason = "no model takes so many tokens")]
    let tokens = genai_prices::Usage::from([
        (UsageKey::INPUT_TOKENS, usage.input_tokens as f64),
        (UsageKey::OUTPUT_TOKENS, usage.output_tokens as f64),
    ]);
    let request = PriceRequest::new(choice.model(), &tokens).with_provider_id(choice.provider());
    match genai_prices::calculate(&request) {
        Ok(price) => {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a price"
            )]
            let micro_dollars = (price.total_price * 1e6).ceil().max(0.0) as u64;
            usage.micro_dollars(micro_dollars)
        }
        Err(_) => unpriced(usage),
    }
}

/// Without the list nothing is known of prices.
#[cfg(not(feature = "models"))]
pub(super) fn priced(usage: Usage, choice: &ModelChoice) -> Usage {
    told(&usage, choice).unwrap_or_else(|| unpriced(usage))
}

/// Where no list is needed: it cost nothing, says itself what it did, or has its price in `flock.toml`.
fn told(usage: &Usage, choice: &ModelChoice) -> Option<Usage> {
    if usage.all_tokens() == 0 || usage.micro_dollars > 0 || choice.provider() == "scripted" {
        return Some(*usage);
    }
    let (input, output) = choice.prices?;
    let cost = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
    let cost = cost(usage.input_tokens, input) + cost(usage.output_tokens, output);
    // Prices are of a million tokens.
    let cost = u64::try_from(cost.div_ceil(1_000_000)).unwrap_or(u64::MAX);
    Some(usage.micro_dollars(cost))
}

fn unpriced(mut usage: Usage) -> Usage {
    usage.unpriced = usage.requests;
    usage
}

#[cfg(all(test, feature = "models"))]
mod tests {
    use super::*;

    fn choice(name: &str) -> ModelChoice {
        ModelChoice {
            name: name.to_owned(),
            source: String::new(),
            section: None,
            prices: None,
        }
    }

    #[test]
    fn a_known_model_has_a_price_and_another_is_told_to_have_none() {
        let usage = Usage::tokens(1_000_000, 100_000);
        let known = priced(usage, &choice("openai/gpt-4o"));
        assert!(known.micro_dollars > 100_000, "{known}");
        assert_eq!(known.unpriced, 0);
        let unknown = priced(usage, &choice("local/mine"));
        assert_eq!((unknown.micro_dollars, unknown.unpriced), (0, 1));
        let priced_here = ModelChoice {
            prices: Some((2_500_000, 10_000_000)),
            ..choice("local/mine")
        };
        assert_eq!(priced(usage, &priced_here).micro_dollars, 3_500_000);
        let own = usage.micro_dollars(7);
        assert_eq!(priced(own, &choice("local/mine")), own);
    }
}
