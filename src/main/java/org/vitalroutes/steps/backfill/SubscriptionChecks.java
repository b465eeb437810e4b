package org.vitalroutes.steps.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.store.Accounts;

/** The accounts whose subscriptions are checked. */
@Component
final class SubscriptionChecks {

  private final CallbackUrls urls;

  SubscriptionChecks(CallbackUrls urls) {
    this.urls = urls;
  }

  /** An id of the callback URLs made now: another secret or public URL gives another id. */
  UUID callbackId() {
    return UUID.nameUUIDFromBytes(urls.webhook("0").getBytes(UTF_8));
  }

  /** Reads an account that the statement returned. */
  AccountRef account(Map<String, @Nullable Object> row) {
    return Accounts.of(row);
  }
}
