package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.store.Accounts;

/**
 * The answer to a disconnect: a receipt per account that was connected, and of those that were
 * ended before. Who asks again because the first answer was lost gets one too.
 */
@Component
final class WrapReceipts {

  private final Accounts accounts;

  WrapReceipts(Accounts accounts) {
    this.accounts = accounts;
  }

  @Handler
  Map<String, Object> wrap(
      @Body List<DisconnectReceipt> receipts,
      @Variable("caller") Caller caller,
      @Variable("provider") Provider provider) {
    Set<UUID> now =
        receipts.stream().map(DisconnectReceipt::account).collect(Collectors.toUnmodifiableSet());
    Stream<DisconnectReceipt> before =
        accounts.receiptsOfEnded(caller.subject(), provider.id()).stream()
            .filter(receipt -> !now.contains(receipt.account()));
    return Map.of(
        "status", "disconnected", "accounts", Stream.concat(receipts.stream(), before).toList());
  }
}
