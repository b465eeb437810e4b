package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code /notify}: the subscriptions. */
final class NotifyEndpoint implements Endpoint {
  /** Observed on every subscription: the largest 32-bit number means never. */
  private static final long NEVER = 2_147_483_647L;

  private final Access access;
  private final Subscriptions subscriptions;
  private final CallbackRules callbacks;

  NotifyEndpoint(Access access, Subscriptions subscriptions, CallbackRules callbacks) {
    this.access = access;
    this.subscriptions = subscriptions;
    this.callbacks = callbacks;
  }

  @Override
  public ObjectNode answer(Call call) {
    return switch (call.action()) {
      case "subscribe" -> subscribe(call, access.permission(call));
      case "list" -> list(call, access.permission(call));
      case "get" -> get(call, full(call));
      case "update" -> update(call, full(call));
      case "revoke" -> revoke(call, full(call));
      default -> throw RefusedException.wrongAction();
    };
  }

  /** The caller; actions other than subscribe and list need more than {@code user.info}. */
  private Grants.Permission full(Call call) {
    Grants.Permission caller = access.permission(call);
    if (!caller.scopes().contains(Scopes.METRICS) && !caller.scopes().contains(Scopes.ACTIVITY)) {
      throw RefusedException.insufficientScope();
    }
    return caller;
  }

  private ObjectNode subscribe(Call call, Grants.Permission caller) {
    String callbackUrl = callbackUrl(call);
    Appli appli = appli(call.requiredNumber("appli"), "appli");
    if (appli.refusedTo(caller)) {
      throw RefusedException.insufficientScope();
    }
    callbacks.require(callbackUrl);
    subscriptions.put(
        new Subscription(
            caller.userid(),
            appli.code(),
            callbackUrl,
            call.text("comment").orElse(""),
            appli.deliveredTo(caller)));
    return Json.object();
  }

  private ObjectNode list(Call call, Grants.Permission caller) {
    OptionalLong appli = call.number("appli");
    List<Subscription> found =
        subscriptions.matching(
            s ->
                s.userid() == caller.userid()
                    && (appli.isEmpty() || s.appli() == appli.getAsLong()));
    ObjectNode body = Json.object();
    ArrayNode profiles = body.putArray("profiles");
    found.forEach(s -> profiles.add(profile(s).put("expires", NEVER)));
    return body;
  }

  private ObjectNode get(Call call, Grants.Permission caller) {
    return profile(existing(call, caller, call.number("appli").orElse(1)));
  }

  private ObjectNode update(Call call, Grants.Permission caller) {
    Subscription old = existing(call, caller, call.requiredNumber("appli"));
    long changes = Stream.of("new_callbackurl", "new_appli", "comment").filter(call::has).count();
    if (changes != 1) {
      throw RefusedException.invalid("new_callbackurl, new_appli or comment");
    }
    Subscription changed = old;
    if (call.has("new_callbackurl")) {
      String newUrl = call.requiredText("new_callbackurl");
      callbacks.require(newUrl);
      changed = new Subscription(old.userid(), old.appli(), newUrl, old.comment(), old.delivers());
    } else if (call.has("new_appli")) {
      Appli appli = appli(call.requiredNumber("new_appli"), "new_appli");
      if (appli.refusedTo(caller)) {
        throw RefusedException.insufficientScope();
      }
      changed =
          new Subscription(
              old.userid(),
              appli.code(),
              old.callbackUrl(),
              old.comment(),
              appli.deliveredTo(caller));
    } else {
      changed = old.withComment(call.requiredText("comment"));
    }
    subscriptions.replace(old, changed);
    return Json.object();
  }

  private ObjectNode revoke(Call call, Grants.Permission caller) {
    String callbackUrl = callbackUrl(call);
    OptionalLong appli = call.number("appli");
    int removed =
        subscriptions.removeIf(
            s ->
                s.userid() == caller.userid()
                    && s.callbackUrl().equals(callbackUrl)
                    && (appli.isEmpty() || s.appli() == appli.getAsLong()));
    if (removed == 0) {
      throw RefusedException.noSuchSubscription();
    }
    return Json.object();
  }

  private Subscription existing(Call call, Grants.Permission caller, long appli) {
    return subscriptions
        .find(caller.userid(), appli, callbackUrl(call))
        .orElseThrow(RefusedException::noSuchSubscription);
  }

  private static String callbackUrl(Call call) {
    return call.text("callbackurl").orElseThrow(RefusedException::badCallback);
  }

  private static Appli appli(long code, String parameter) {
    return Appli.of(code).orElseThrow(() -> RefusedException.invalid(parameter));
  }

  private static ObjectNode profile(Subscription subscription) {
    return Json.object()
        .put("appli", subscription.appli())
        .put("callbackurl", subscription.callbackUrl())
        .put("comment", subscription.comment());
  }
}
