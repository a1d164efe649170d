//! A worker's own credentials at a server: OAuth 2 with client credentials, as far as the SDK does it. A token that
//! is no more good is no fault: the next connection asks for another.

use rmcp::transport::{
    AuthClient,
    auth::{AuthError, ClientCredentialsConfig, OAuthState},
};

use super::{
    fault::{self, unreachable},
    secrets::Secrets,
};
use crate::{
    config::McpSection,
    error::{Error, Result},
};

/// What the section names, where it names any.
pub(super) fn credentials(
    server: &str,
    section: &McpSection,
    secrets: &mut Secrets,
) -> Result<Option<ClientCredentialsConfig>> {
    let (Some(id), Some(secret)) = (&section.client_id, &section.client_secret) else {
        return Ok(None);
    };
    Ok(Some(ClientCredentialsConfig::ClientSecret {
        client_id: id.clone(),
        client_secret: secrets.look_up(server, "client_secret", secret)?,
        scopes: section.scopes.clone(),
        resource: section.url.clone(),
    }))
}

/// A client with a token.
pub(super) async fn authorized(
    server: &str,
    url: &str,
    credentials: ClientCredentialsConfig,
) -> Result<AuthClient<reqwest::Client>> {
    let state = OAuthState::new(url, None).await;
    let mut state = state.map_err(|error| refused(server, &error))?;
    let asked = state.authenticate_client_credentials(credentials).await;
    asked.map_err(|error| refused(server, &error))?;
    let Some(manager) = state.into_authorization_manager() else {
        return Err(unreachable(server, "no token was given"));
    };
    // As the SDK's own, which follows nobody to another host with a token.
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .build();
    let client = client.map_err(|_| unreachable(server, "no client of HTTP could be made"))?;
    Ok(AuthClient::new(client, manager))
}

fn refused(server: &str, error: &AuthError) -> Error {
    match error {
        AuthError::HttpError(_) | AuthError::DiscoveryRequestFailed { .. } => {
            unreachable(server, "its authorization server does not answer")
        }
        other => Error::denied(format!(
            "MCP server `{server}`: its authorization server gives no token: {other}"
        ))
        .with_type(fault::FAILED),
    }
}
