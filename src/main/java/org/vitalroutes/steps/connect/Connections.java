package org.vitalroutes.steps.connect;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.AccountView;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.AccountSubscriptions;
import org.vitalroutes.store.AccountViews;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Window;

/** The connected accounts: connects one, requests its history and shows it to its owner. */
@Component
final class Connections {

  private final Accounts accounts;
  private final AccountViews views;
  private final AccountSubscriptions subscriptions;
  private final SyncRequests requests;
  private final ServiceSettings settings;
  private final Clock clock;

  Connections(
      Accounts accounts,
      AccountViews views,
      AccountSubscriptions subscriptions,
      SyncRequests requests,
      ServiceSettings settings,
      Clock clock) {
    this.accounts = accounts;
    this.views = views;
    this.subscriptions = subscriptions;
    this.requests = requests;
    this.settings = settings;
    this.clock = clock;
  }

  /** Stores the account with the tokens that its provider granted. */
  AccountRef store(@Body Tokens granted, @Variable("state") OAuthState state) {
    return accounts.connect(state, granted);
  }

  /** Requests the history of a new connection, for every data kind that its scopes allow. */
  void requestHistory(@Variable("account") AccountRef account) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Window history =
        new Window(now.atZone(ZoneOffset.UTC).minus(settings.history()).toInstant(), now);
    // Of the long slices only the beginning is of the last days.
    DataKind.openedBy(account.provider(), accounts.scopes(account.id())).stream()
        .sorted(Comparator.comparing(DataKind::newestSlice))
        .forEach(kind -> requests.fill(account.id(), kind, Priority.CONNECTION, history));
  }

  /** The caller's accounts. */
  List<AccountView> list(@Variable("caller") Caller caller) {
    return views.of(caller.subject());
  }

  /** The view of an account for its owner. */
  AccountView show(@Variable("account") AccountRef account) {
    return views.of(account.subject()).stream()
        .filter(view -> view.id().equals(account.id()))
        .findFirst()
        .orElseThrow();
  }

  /** The connected accounts with a subscription that failed. */
  List<AccountRef> listUnsubscribed() {
    return subscriptions.accountsWithFailures();
  }
}
