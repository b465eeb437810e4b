package org.vitalroutes.steps.links;

import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ConnectLink;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.provider.Provider;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.steps.Providers;
import org.vitalroutes.store.CallerBounds;
import org.vitalroutes.store.CallerBounds.Bound;
import org.vitalroutes.store.ConnectLinks;
import org.vitalroutes.store.OAuthStates;
import org.vitalroutes.web.ConnectPages;
import org.vitalroutes.web.Redirect;

/** What a person with a connect link sees. A link that cannot be used says nothing about anyone. */
@Component
final class LinkPages {

  private static final Logger log = LoggerFactory.getLogger(LinkPages.class);

  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int FAILED = 500;

  private final ConnectLinks links;
  private final OAuthStates states;
  private final CallerBounds bounds;
  private final Providers providers;
  private final CallbackUrls urls;
  private final ConnectPages pages;

  LinkPages(
      ConnectLinks links,
      OAuthStates states,
      CallerBounds bounds,
      Providers providers,
      CallbackUrls urls,
      ConnectPages pages) {
    this.links = links;
    this.states = states;
    this.bounds = bounds;
    this.providers = providers;
    this.urls = urls;
    this.pages = pages;
  }

  /** The page of a link. */
  Object show(
      @Header("token") String token, @Header("Accept-Language") @Nullable String languages) {
    return answered(token, languages, link -> pages.link(link.expiresAt(), languages));
  }

  /** Sends the browser to the provider, with a state that is bound to the link. */
  Object begin(
      @Header("token") String token, @Header("Accept-Language") @Nullable String languages) {
    return answered(
        token,
        languages,
        link -> {
          bounds.count(link.subject(), Bound.INITIATION);
          Provider provider = providers.find(link.provider());
          String value = OAuthState.freshValue();
          OAuthState state =
              new OAuthState(
                  provider.id(),
                  link.subject(),
                  link.patient(),
                  link.redirectUri() == null ? urls.linkResult() : link.redirectUri(),
                  Actor.of(link.createdBy(), link.subject()),
                  link.id());
          states.store(value, state);
          return new Redirect(provider.authorizationUrl(value, urls.oauth(state)));
        });
  }

  /** What became of a connection, as the redirect to it says. */
  Object result(
      @Header("status") @Nullable String status,
      @Header("error") @Nullable String error,
      @Header("Accept-Language") @Nullable String languages) {
    return "connected".equals(status)
        ? pages.connected(languages)
        : pages.failed(200, error, languages);
  }

  private Object answered(String token, @Nullable String languages, Answer answer) {
    try {
      ConnectLink link = links.find(token).orElse(null);
      if (link == null || !link.isOpen()) {
        return pages.closed(link == null ? NOT_FOUND : GONE, languages);
      }
      return answer.of(link);
    } catch (ApiException e) {
      return pages.failed(e.httpStatus(), e.code(), languages).withRetryAfter(e.retryAfter());
    } catch (RuntimeException e) {
      log.error("a page of a connect link failed: {}", e.getClass().getName());
      return pages.failed(FAILED, null, languages);
    }
  }

  @FunctionalInterface
  private interface Answer {
    Object of(ConnectLink link);
  }
}
