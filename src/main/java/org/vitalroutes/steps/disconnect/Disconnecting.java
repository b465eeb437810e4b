package org.vitalroutes.steps.disconnect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.DisconnectReceipt;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.steps.Providers;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.UnconfirmedGrants;

/** Disconnects a caller's accounts of a provider and creates the receipts. */
@Component
final class Disconnecting {

  private final Accounts accounts;
  private final UnconfirmedGrants grants;
  private final Providers providers;
  private final OnDisconnect onDisconnect;

  Disconnecting(
      Accounts accounts, UnconfirmedGrants grants, Providers providers, ServiceSettings settings) {
    this.accounts = accounts;
    this.grants = grants;
    this.providers = providers;
    this.onDisconnect = settings.onDisconnect();
  }

  /** The caller's accounts of the provider in the path that are not disconnected. */
  List<AccountRef> listOwn(
      @Variable("caller") Caller caller, @Variable("provider") String providerId) {
    String provider = providers.find(providerId).id();
    return accounts.openOf(caller.subject()).stream()
        .filter(account -> account.provider().equals(provider))
        .toList();
  }

  /**
   * Destroys the tokens, cancels the work, queues what {@code ON_DISCONNECT} says for the data, and
   * returns the receipt.
   */
  DisconnectReceipt end(
      @Body List<DisconnectReceipt.Step> left,
      @Variable("account") AccountRef account,
      @Variable("caller") Caller caller) {
    boolean pending =
        left.stream().anyMatch(step -> step.outcome().equals(DisconnectReceipt.QUEUED));
    boolean toDo = accounts.end(account.id(), caller.actor(), pending, onDisconnect);
    List<DisconnectReceipt.Step> steps = new ArrayList<>(left);
    steps.add(DisconnectReceipt.Step.of("destroy_tokens", DisconnectReceipt.DONE));
    steps.add(DisconnectReceipt.Step.of("cancel_work", DisconnectReceipt.DONE));
    steps.add(DisconnectReceipt.Step.ofData(onDisconnect, toDo));
    return new DisconnectReceipt(account.id(), "disconnected", steps);
  }

  /** The answer: the new receipts and those of accounts disconnected before. */
  Map<String, Object> wrap(
      @Body List<DisconnectReceipt> receipts,
      @Variable("caller") Caller caller,
      @Variable("provider") String providerId) {
    Set<UUID> now =
        receipts.stream().map(DisconnectReceipt::account).collect(Collectors.toUnmodifiableSet());
    Stream<DisconnectReceipt> before =
        accounts.receiptsOfEnded(caller.subject(), providers.find(providerId).id()).stream()
            .filter(receipt -> !now.contains(receipt.account()));
    return Map.of(
        "status", "disconnected", "accounts", Stream.concat(receipts.stream(), before).toList());
  }

  /** The disconnected accounts whose revocation the provider has not accepted yet. */
  List<AccountRef> listPending() {
    grants.dropExpired();
    return accounts.pendingRevocations();
  }

  /**
   * Whether a revocation would end no connected account: providers revoke by user, not by grant.
   */
  boolean mayRevoke(@Variable("account") AccountRef account) {
    return accounts.mayRevoke(account);
  }

  /** Records a revocation that the provider accepted. */
  void recordRevocation(
      @Body DisconnectReceipt.Step revoked, @Variable("account") AccountRef account) {
    if (revoked.outcome().equals(DisconnectReceipt.DONE)) {
      accounts.recordRevoked(account.id());
    }
  }
}
