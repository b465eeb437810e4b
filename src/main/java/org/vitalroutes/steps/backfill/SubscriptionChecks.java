package org.vitalroutes.steps.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.UUID;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.store.AccountSubscriptions;

/** The accounts whose subscriptions are checked. */
@Component
final class SubscriptionChecks {

  private final AccountSubscriptions subscriptions;
  private final CallbackUrls urls;

  SubscriptionChecks(AccountSubscriptions subscriptions, CallbackUrls urls) {
    this.subscriptions = subscriptions;
    this.urls = urls;
  }

  /** The accounts that are due now; another secret or public URL makes every account due. */
  @Handler
  List<AccountRef> due() {
    UUID callback = UUID.nameUUIDFromBytes(urls.webhook("0").getBytes(UTF_8));
    return subscriptions.due(callback);
  }
}
