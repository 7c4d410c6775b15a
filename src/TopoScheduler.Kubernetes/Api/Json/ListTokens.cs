using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>A list answer, item by item: its head (<c>metadata</c>) is kept, its items are handed out as they are completed.</summary>
internal sealed class ListTokens(TreeBuilder builder) : ITokenTaker
{
    private Place _place = Place.Before;
    private string _key = "";
    private bool _begun;

    private enum Place
    {
        Before,
        Head,
        Value,
        Items,
        Item,
        After,
    }

    /// <summary>The item just completed; null at the end of the list.</summary>
    public Tree? Item { get; private set; }

    /// <summary>Why the item was refused; null when it was not.</summary>
    public string? Refusal => builder.Refusal;

    /// <summary><c>metadata</c> of the list; missing until it was read. The server writes it before the items, others after them.</summary>
    public Tree Metadata { get; private set; } = Tree.Missing;

    /// <summary>The list was read to its end.</summary>
    public bool IsComplete => _place == Place.After;

    /// <inheritdoc/>
    public bool Take(ref Utf8JsonReader reader)
    {
        switch (_place)
        {
            case Place.Before:
                _place = reader.TokenType == JsonTokenType.StartObject ? Place.Head : throw new JsonException("The answer is no object, expected a list.");
                return false;
            case Place.Head:
                return TakeHead(ref reader);
            case Place.Value:
                TakeValue(ref reader);
                return false;
            case Place.Items when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.Head;
                return false;
            case Place.Items or Place.Item:
                return TakeItem(ref reader);
            default:
                throw new JsonException("Something follows the list, expected its end.");
        }
    }

    private bool TakeHead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            (_place, Item) = (Place.After, null);
            return true;
        }

        _key = reader.GetString() ?? "";
        (_place, _begun) = (Place.Value, false);
        builder.Reset();
        return false;
    }

    private void TakeValue(ref Utf8JsonReader reader)
    {
        if (!_begun && _key == "items" && reader.TokenType == JsonTokenType.StartArray)
        {
            _place = Place.Items;
            return;
        }

        _begun = true;
        if (builder.Take(ref reader))
        {
            Metadata = _key == "metadata" ? builder.Result : Metadata;
            _place = Place.Head;
        }
    }

    private bool TakeItem(ref Utf8JsonReader reader)
    {
        if (_place == Place.Items)
        {
            builder.Reset();
            _place = Place.Item;
        }

        if (!builder.Take(ref reader))
        {
            return false;
        }

        (_place, Item) = (Place.Items, builder.Result);
        return true;
    }
}
