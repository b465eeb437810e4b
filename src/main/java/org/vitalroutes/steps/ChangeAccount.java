package org.vitalroutes.steps;

import java.util.Set;
import java.util.UUID;
import org.apache.camel.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Audit;

/** The user has unlinked us, or deleted their account, at Withings: nothing is left to revoke. */
@Component
final class ChangeAccount {

  private static final Logger log = LoggerFactory.getLogger(ChangeAccount.class);

  private static final Set<String> ENDS = Set.of("unlink", "delete");

  private final Accounts accounts;
  private final OnDisconnect onDisconnect;

  ChangeAccount(Accounts accounts, ServiceSettings settings) {
    this.accounts = accounts;
    this.onDisconnect = settings.onDisconnect();
  }

  @Handler
  void change(ReceivedNotification received) {
    Notification notification = received.notification();
    UUID account = received.account();
    if (account != null && notification.action() != null && ENDS.contains(notification.action())) {
      accounts.end(account, Audit.WITHINGS, false, onDisconnect);
      log.info("account {} was ended at Withings", account);
    }
  }
}
