package org.vitalroutes.steps;

import org.springframework.stereotype.Component;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.settings.ServiceSettings;

/** The URLs under which Withings reaches us. */
@Component
final class CallbackUrls {

  private final ServiceSettings service;
  private final ConnectSettings connect;
  private final WebhookSignature signature;

  CallbackUrls(ServiceSettings service, ConnectSettings connect, WebhookSignature signature) {
    this.service = service;
    this.connect = connect;
    this.signature = signature;
  }

  /** Where Withings sends the browser: to us, or in mode {@code app} to the app itself. */
  String oauth(String appRedirectUri) {
    return connect.appMode()
        ? appRedirectUri
        : service.publicUrl() + "/api/connected-accounts/withings/oauth/callback/";
  }

  /** Where Withings sends a user's notifications: the signed callback URL. */
  String webhook(String externalUserId) {
    return service.publicUrl()
        + "/webhooks/withings/"
        + externalUserId
        + "/"
        + signature.ofCallback(externalUserId);
  }
}
