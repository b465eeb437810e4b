package org.vitalroutes.steps;

import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.settings.ServiceSettings;

/** The callback URLs for providers. */
@Component
public final class CallbackUrls {

  private final ServiceSettings service;
  private final ConnectSettings connect;
  private final WebhookSignature signature;

  CallbackUrls(ServiceSettings service, ConnectSettings connect, WebhookSignature signature) {
    this.service = service;
    this.connect = connect;
    this.signature = signature;
  }

  /** Where the browser goes after a connect link that names no place of its own. */
  public String linkResult() {
    return service.publicUrl() + "/connect/result";
  }

  /** The URL of a connect link. */
  public String link(String token) {
    return service.publicUrl() + "/connect/" + token;
  }

  /**
   * Where the provider sends the browser: to us, or in mode {@code app} to the app itself. A
   * connect link has no app.
   */
  public String oauth(OAuthState state) {
    return connect.appMode() && state.link() == null
        ? state.redirectUri()
        : service.publicUrl() + "/api/connected-accounts/" + state.provider() + "/oauth/callback/";
  }

  /** Where Withings sends a user's notifications: the signed callback URL. */
  public String webhook(String externalUserId) {
    return service.publicUrl()
        + "/webhooks/withings/"
        + externalUserId
        + "/"
        + signature.ofCallback(externalUserId);
  }

  /** Whether a URL is the user's callback, signed with a secret of this deployment. */
  public boolean isSigned(String externalUserId, String url) {
    String path = "/webhooks/withings/" + externalUserId + "/";
    int at = url.lastIndexOf(path);
    return at >= 0 && signature.signsCallback(externalUserId, url.substring(at + path.length()));
  }
}
