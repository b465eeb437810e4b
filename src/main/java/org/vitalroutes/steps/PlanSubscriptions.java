package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.withings.SubscriptionChange;
import org.vitalroutes.withings.Subscriptions;

/** What has to be changed at Withings; what is there already is noted. */
@Component
final class PlanSubscriptions {

  private final AccountSubscriptions recorded;
  private final CallbackUrls urls;
  private final WantedSubscriptions wanted;

  PlanSubscriptions(AccountSubscriptions recorded, CallbackUrls urls, WantedSubscriptions wanted) {
    this.recorded = recorded;
    this.urls = urls;
    this.wanted = wanted;
  }

  @Handler
  List<SubscriptionChange> plan(
      @Variable("account") AccountRef account, @Variable("reply") JsonNode listed) {
    Subscriptions subscriptions =
        Subscriptions.compare(wanted.of(account), urls.webhook(account.externalUserId()), listed);
    subscriptions.present().forEach(appli -> recorded.record(account.id(), appli, null));
    return subscriptions.changes();
  }
}
