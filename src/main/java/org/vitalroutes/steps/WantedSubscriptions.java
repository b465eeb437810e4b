package org.vitalroutes.steps;

import java.util.List;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.withings.Subscriptions;

/** The appli codes to subscribe for an account: the configured ones that its scopes open. */
@Component
final class WantedSubscriptions {

  private final WithingsSettings settings;
  private final Accounts accounts;

  WantedSubscriptions(WithingsSettings settings, Accounts accounts) {
    this.settings = settings;
    this.accounts = accounts;
  }

  List<Integer> of(AccountRef account) {
    return Subscriptions.opened(settings.subscriptions(), accounts.scopes(account.id()));
  }
}
