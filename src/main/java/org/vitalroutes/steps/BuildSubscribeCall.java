package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.withings.WithingsCall;

/** The {@code notify subscribe} call for an appli code, with the signed callback URL. */
@Component
final class BuildSubscribeCall {

  private final CallbackUrls urls;

  BuildSubscribeCall(CallbackUrls urls) {
    this.urls = urls;
  }

  @Handler
  WithingsCall build(@Variable("appli") Integer appli, @Variable("account") AccountRef account) {
    return WithingsCall.of("/notify", "subscribe")
        .with("callbackurl", urls.webhook(account.externalUserId()))
        .with("appli", appli.toString())
        .with("comment", "Vitalroutes");
  }
}
