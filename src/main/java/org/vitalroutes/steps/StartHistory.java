package org.vitalroutes.steps;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Window;

/** Asks for the history of a fresh connection. */
@Component
final class StartHistory {

  private final SyncRequests requests;
  private final Accounts accounts;
  private final ServiceSettings settings;
  private final Clock clock;

  StartHistory(SyncRequests requests, Accounts accounts, ServiceSettings settings, Clock clock) {
    this.requests = requests;
    this.accounts = accounts;
    this.settings = settings;
    this.clock = clock;
  }

  @Handler
  void start(@Variable("account") AccountRef account) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Window history =
        new Window(now.atZone(ZoneOffset.UTC).minus(settings.history()).toInstant(), now);
    for (DataKind kind : DataKind.openedBy(account.provider(), accounts.scopes(account.id()))) {
      requests.fill(account.id(), kind, Priority.CONNECTION, history);
    }
  }
}
