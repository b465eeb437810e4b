package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.withings.SubscriptionChange;
import org.vitalroutes.withings.WithingsCall;

/** The {@code notify revoke} call for an appli code. */
@Component
final class BuildUnsubscribeCall {

  private final CallbackUrls urls;

  BuildUnsubscribeCall(CallbackUrls urls) {
    this.urls = urls;
  }

  @Handler
  WithingsCall build(@Variable("appli") Integer appli, @Variable("account") AccountRef account) {
    return SubscriptionChange.end(appli, urls.webhook(account.externalUserId())).call();
  }
}
