package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventSearch;
import io.holdfast.event.SearchIndex;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast search}. */
@Command(
    name = "search",
    header = "Choose what the data of events is indexed for, on PostgreSQL.",
    description = {
      "off: nothing, which is how a store begins. containment: documents that contain a part, and"
          + " conditions with '='. text: words. The store may be in use meanwhile; indexes are made"
          + " month by month. Every index makes appends slower: see docs/search.md. Run it again to"
          + " finish what was broken off."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast search text --storage postgresql://app@db.example/app",
      "  holdfast search off --storage postgresql://app@db.example/app"
    })
public final class SearchCommand implements Callable<Integer> {

  @Parameters(paramLabel = "INDEX", description = "off, containment or text.")
  private String index = "";

  @Mixin private final StorageOption storage = new StorageOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    SearchIndex wanted = SearchIndex.of(index);
    return Await.exitCode(storage.using(opened -> choose(opened, wanted)));
  }

  private Mono<Integer> choose(UnifiedStorage opened, SearchIndex wanted) {
    if (!(opened instanceof EventSearch search)) {
      return Mono.error(
          () -> new InvalidInputException("storage", "has no search index: it is looked through"));
    }
    PrintWriter out = command.commandLine().getOut();
    return search
        .indexFor(wanted)
        .doOnNext(out::println)
        .then(
            Mono.fromCallable(
                () -> {
                  out.println("Search: " + wanted.word());
                  return ExitCode.OK;
                }));
  }
}
