package io.holdfast.deadletter;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All dead letters that match, page by page, each fetched when the one before is used up. */
final class DeadLetterPages {

  private final DeadLetterReports letters;
  private final int size;
  private DeadLetterFilter next;
  private boolean isAtEnd;

  private DeadLetterPages(DeadLetterReports letters, DeadLetterFilter first) {
    this.letters = letters;
    this.size = first.limit();
    this.next = first;
  }

  /** The filter's limit is the size of a page. */
  static Flux<DeadLetter> of(DeadLetterReports letters, DeadLetterFilter filter) {
    return Flux.defer(
        () -> {
          DeadLetterPages pages = new DeadLetterPages(letters, filter);
          return Flux.<DeadLetterFilter>generate(
                  sink -> {
                    if (pages.isAtEnd) {
                      sink.complete();
                    } else {
                      sink.next(pages.next);
                    }
                  })
              .concatMap(pages::page, 0)
              .concatMapIterable(page -> page, 1);
        });
  }

  private Mono<List<DeadLetter>> page(DeadLetterFilter filter) {
    return letters.list(filter).collectList().doOnNext(this::learn);
  }

  private void learn(List<DeadLetter> page) {
    isAtEnd = page.size() < size;
    if (!page.isEmpty()) {
      next = next.after(page.get(page.size() - 1).key());
    }
  }
}
